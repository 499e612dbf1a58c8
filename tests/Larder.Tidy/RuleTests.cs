using Xunit;

namespace Larder.Tidy;

/// <summary>Aim: the rules see what they look for. Method: small texts that break them, or only seem to.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("int a; // b", "int a;     ")]
    [InlineData("int a; // b\nint c;", "int a;     \nint c;")]
    [InlineData("a /* b\nc */ d", "a     \n     d")]
    [InlineData("x = \"// a\"; y", "x =       ; y")]
    [InlineData("x = \"\\\"\"; y", "x =     ; y")]
    [InlineData("x = @\"\\\"; y", "x =     ; y")]
    [InlineData("x = @\"a\"\"b\"; y", "x =        ; y")]
    [InlineData("x = $\"{a}\"; y", "x =       ; y")]
    [InlineData("x = \"\"\"a \"b\" c\"\"\"; y", "x =              ; y")]
    [InlineData("x = '\"'; y", "x =    ; y")]
    [InlineData("x = '\\''; y", "x =     ; y")]
    public void Text_without_comments_and_literals_keeps_its_code(string text, string expected) =>
        Assert.Equal(expected, CSharpText.Blank(text));

    [Fact]
    public void Tree_without_build_products_is_found()
    {
        Assert.Contains(Repository.Files, static file => file.Path == "tests/Larder.Tidy/RuleTests.cs");
        Assert.DoesNotContain(Repository.Files, static file => file.Path.StartsWith(".git/", StringComparison.Ordinal));
    }

    [Fact]
    public void Type_in_a_namespace_is_found_with_its_name()
    {
        TypeDeclaration[] types = [.. TypeDeclaration.Find(Repository.File("tests/Larder.Tidy/TypeDeclaration.cs"))];

        Assert.Equal("TypeDeclaration", Assert.Single(types).Name);
    }
}
