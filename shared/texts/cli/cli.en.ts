/** What every `cleardial` command may say, and the help of those for people. English (UK). */
export const cliEn = {
  fileExists: "“{file}” exists already. Name another file, or replace it with --force.",
  noToken: "No token. Set CLEARDIAL_TOKEN or pass --token.",
  noAnswer: "{url} does not answer.",
  notClearDial: "Something answers at {url}, but it is not ClearDial.",
  badAddress: "“{url}” is not an address. It looks like https://cleardial.example.workers.dev.",
  notHttps: "{url} must begin with https://, or the token could be read on the way.",
  invited: "{name} has 24 hours to join as {role}. Send this link to them, and to no one else:",
  invitedMailed: "{name} has joined before, so the link goes by mail to them alone. It works for 24 hours.",
  invitedWaits:
    "{name} has joined before, so this link works only once another administrator approves it (desk: Policy, Proposals), then for 24 hours. Send it to them, and to no one else:",
  invitedProposed:
    "{name} has 24 hours to join, as agent until another administrator approves {role} (desk: Policy, Proposals). Send this link to them, and to no one else:",
};

export const cliHelpEn = {
  program: "Registers, people and the audit trail of a ClearDial Worker",
  url: "the Worker's address (CLEARDIAL_URL)",
  token: "an administrator's token (CLEARDIAL_TOKEN)",
  json: "prints one JSON object on stdout",
  version: "prints the release",
  help: "says how to use the command",
  examples: "Examples:",
  exits: `Ends with 0 if all is well, or with
  1  done, but not all is well: a line was refused, something does not verify
  2  the command or a file is wrong
  3  no token, or it may not do this
  4  the Worker refused it
  5  no answer, or the Worker is busy or failed: try again later
  70  a fault of the command line itself`,
  output: "the output file",
  force: "replaces the output file if it exists",
  setup: "creates the first administrator of a new deployment and prints their token, once",
  setupCode: "the deployment's SETUP_CODE",
  invite: "invites a person and prints the link, once",
  role: "agent, manager, compliance or admin",
  join: "exchanges an invite's code for a token for this machine and prints it, once",
};
