using Assay.Jail;
using Assay.Jail.Protocol;

// Whatever ends the driver ends the world: the host counts only answers, never an exit code.
var channel = PrivateChannel.Take();
new Driver(new FrameStream(channel, channel)).Run();
return 0;
