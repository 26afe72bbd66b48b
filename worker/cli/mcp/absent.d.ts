// Types where the protocol's package is not installed yet: anything goes. Where it is installed, its own types count.
declare module "@modelcontextprotocol/*";
