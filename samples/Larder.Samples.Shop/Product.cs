namespace Larder.Samples.Shop;

/// <summary>What the shop sells.</summary>
internal sealed record Product(int Id, string Name, decimal Price);
