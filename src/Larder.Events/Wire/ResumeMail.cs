using Larder.Events.Driving;

namespace Larder.Events.Wire;

/// <summary>Brings a parked connection back to its front end. One for each connection that ever parked.</summary>
internal sealed class ResumeMail(Connection connection, FrontEnd frontEnd) : Mail
{
    /// <inheritdoc/>
    protected internal override void Run(Turn turn) => frontEnd.StepResumed(connection);
}
