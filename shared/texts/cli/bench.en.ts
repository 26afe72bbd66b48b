/** `cleardial bench`: what it says, and its help. English (UK). */
export const benchCliEn = {
  measuring: "Measuring",
  of: "{company}, {url}, version {version}, {at}",
  colos: "Answered by Cloudflare in {colos}.",
  noColo: "No Cloudflare between: the region is not known.",
  count: "requests",
  kinds: {
    one: "check of 1 number, as before a dial",
    page: "check of 50 numbers, as for a page",
    part: "check of 1,000 numbers, as in a screening",
    changes: "what changed, as open pages ask",
  },
  rate: "Screening: {n} numbers a second, one request after another; judged, but not recorded.",
  sync: "Sync: the {blocks} blocks of {list} read to compare, in {requests} requests and {ms}; nothing was uploaded.",
  noSync: "Sync: not measured. It needs an administrator's token and a register that was pushed.",
  sent: "{requests} of at most {most} requests, with {numbers} made-up numbers. Times are from here, with the network. Nothing is kept of it but the count of its numbers.",
  most: "The {most} requests were not enough. Give more with --requests.",
  lookups:
    "{list} is a register by lookup: its source would be asked, and paid, for made-up numbers. Nothing was measured.",
  agent:
    "That would ask about {numbers} numbers. An agent has {hour} an hour, unless the policy says otherwise. Give fewer --requests, or another token.",
  wantsRequests: "Give a whole number from {least} to {most}.",
};

export const benchHelpEn = {
  bench:
    "measures how fast the Worker answers: checks, screening, and the first step of a sync. It only reads, asks about numbers that Ofcom keeps for drama, and counts like any other use of the token",
  requests: "sends at most so many requests, from {least} to {most}",
};
