/** For plans.long.test.ts: what is not asked, and which statements may read much. */
/** Routes that write and have no case, and why. */
export const unwritten: Readonly<Record<string, string>> = {
  "POST /v1/setup": "once, where there are no people",
};

/** Routes of which two filters at once are not asked, and why. Each filter alone has its index. */
export const unpaired: Readonly<Record<string, string>> = {
  "/v1/audit/deep": "a verification's step reads a thousand rows of any table",
};

/** Statements by the first twelve digits of their SHA-256, with white space as one space and days as `DAY`; who asks them, and why they may read much. */
export const known: Readonly<Record<string, string>> = {
  // A verification's step reads a thousand rows, and their events.
  "38d57be4272e": "GET /v1/audit/deep: the rows of a step",
  f6af228e2daa: "GET /v1/audit/deep: the sums of all blocks, as each commit of a register has them",
  // Once, when a release that binds rows is deployed.
  "293b8b0be765": "every five minutes, until the adoption: dials that requests had erased",
  "572811c68d6c": "every five minutes, until the adoption: parties of before",
  "7a24c9627921": "every five minutes, until the adoption: uses of consents of before",
  "6d186a1a9363": "every five minutes, until the adoption: requests of before",
  a14b822f8b68: "every five minutes, until the adoption: their states",
  "3043c2a0045c": "every five minutes, until the adoption: their duties",
  "8831f32c51f0": "every five minutes, until the adoption: their timelines",
  "8f78a1dc557d": "every five minutes, until the adoption: consents that are not bound",
  dcc4ad879d70: "every five minutes, until the adoption: do-not-call entries that are not bound",
  "9899b9a900ef": "every five minutes, until the adoption: what erasures left as proofs",
  "264c9b62b337": "every five minutes, until the adoption: records of CRMs that officers named",
  "39a193c84ca8": "every five minutes, until the adoption, and once after a roll-back: items of requests",
  "5b7f81f1821b": "every five minutes, until the adoption, and once after a roll-back: legal holds",
  "24fc97fd0db1":
    "every five minutes, until the adoption, and once after a roll-back: names of files of requests",
  "50bfce596d25": "once a day, until the adoption, and once after a roll-back: recipients of requests",
  b2337df7e736: "once a day, until the adoption: letters of before",
  "9a640a8ec848":
    "every five minutes, until it is through: a slice of the certificates of before, to be moved",
  ce5d2d99e3e1: "the same: the seeds of their recordings",
  bd4e0e3f2e18: "every five minutes, until the adoption: ended screenings of before",
  "769b48fe1ed1": "every five minutes, until the adoption: ended runs of before",
  bd5e14f4855d: "every five minutes, until the adoption: copies that were opened before",
  "23b81539a77e": "every five minutes, until the adoption: questions to systems of before",
  f06cd208d3f5: "every five minutes, until the adoption: results of browsers' tests of before",
  // Once, for a requester's erasure or copy, some at a time: the words are in no index.
  a60cf84a5ed8: "an erasure's words, in a step of the trail's payloads",
  f9025b19fc64: "an erasure's words, in answers of two days",
  "368f13a7f090": "an erasure's words, in mails of thirty days",
  "42ad2fb07da4": "an erasure's words, in what was heard of recordings",
  "1aec6b7044f8": "an erasure's words, in why holds began",
  ec07ca704451: "an erasure's words, in why holds ended",
  "18f35c9c5d59": "the end of an erasure's words: that nobody wrote more of them, in what recordings say",
  "92d50a670eb1": "the same, in what was heard of recordings",
  d3fbb50797a5: "the same, in why holds began",
  "898c4d8a1b64": "the same, in why holds ended",
  feba0292d82b: "how many entries of others name an erased person: 5,000 in a step",
  "9dee7130cc40": "up to which row that step goes",
  "8a022017f65e": "the same of consents",
  "38f4725caeda": "the same of consents",
  "84e7aac5d1f2": "the same of whose line a number is",
  ea99e6521b4c: "the same of whose line a number is",
  c0c44fd0094d: "the same of legal holds",
  "5d0c3bdbddc0": "the same of legal holds",
  "14c1112edde2": "an erasure: numbers that wait to be looked up, not those that were",
  "55dd02bb110b": "an erasure: numbers that are judged again some day, not those that were",
  "3c56c656c251": "a copy's words, in a step of the trail's payloads",
  "2f75478f33d4": "a copy: the numbers that wait to be looked up, not those that were",
  "717f5287e7c4": "a copy: what a webhook was sent of the number, among the deliveries of thirty days",
  c281012cd34c: "a copy: the numbers that are judged again some day, not those that were",
  // What a change of a register or an entry touches: the watched numbers of its blocks, and the registers' own sums.
  "976324db0813": "the numbers that are watched in the blocks that changed",
  "83d05134fffc": "the sums of all blocks, as a commit of a register compares them",
  // The newest rows of the trail, down to those of a few seconds ago.
  d2592e21839e: "the watch's first step: an adoption writes many at once",
  // The trail from a day on, down to the head of the day before: here all that this test asked.
  "225ec477028b": "GET /v1/audit/export?from=…: where it begins",
  // What is there of one thing.
  "6e547f053ebf":
    "callable numbers: it passes over those of CRMs that are off, or that no run has seen for weeks",
  "22fc8e318e56": "a connector goes, and what it had read with it",
  b61357379f59: "POST /v1/requests/entries: the mails of one mailbox, which had all of this test's requests",
  // Two filters, of which neither finds few: the other one is a good part of what the first finds.
  "9fc83774e9ed": "GET /v1/calls?agent&person: the agent's calls, as a name in logs is one person's",
  "2901192a72c4": "GET /v1/calls?agent&direction: the agent's calls",
  "8a94ef9323c4": "GET /v1/calls?person&direction: the person's calls",
  // Figures of a period that is asked for.
  b9863834a466: "GET /v1/calls/days: the calls of the days that are asked for",
  "18177c2f29e2": "GET /v1/calls/unseen: the dials of the days that are asked for",
  "2b51252d5c12": "the same: the calls of these days",
  d9a290a2db62: "GET /v1/calls/state: agents of the last weeks' calls that are no persons yet",
  // Counts of all that is kept: as many as there are, not as there have been.
  "66303f8ee51c":
    "POST /v1/recordings/retention, and once a day: another retention concerns every recording that is kept",
  a9982301ea4d: "GET /v1/watch: numbers that are watched",
  // Once a day: what is older than its time, of tables that keep two days, or what is there now.
  c8620e2191b1: "the sweep of asked: two days",
  c810e85e18da: "the sweep of idempotency: two days",
  c648f428ab4e: "the sweep of sso_nonces: two days",
  c0c3a015c4bb: "the sweep of trials: two days",
  "95665be2d730": "the sweep of connector_accounts: what the CRMs hold now",
  e0856f24f9b5: "the sweep of connector_numbers: what the CRMs hold now",
  "10bcf4672804": "the same, and what it deletes",
  "477f691dd8b7": "the sweep of connector_records: what the CRMs hold now",
  d749a1329129: "the same, and what it deletes",
  eeb55f4cfe82: "the same, and what it deletes",
  ea15c23cf86e: "the sweep of audit_payload: the oldest 40,000, whatever their times",
  ab25bd76e02d: "the sweep of watched: numbers that are watched",
  c1694c5b17d0: "the sweep of block_undo: the registers' history that policy keeps",
  d22ee181effa: "the morning's count of the canary: the browsers of one day, each with its results",
  "3c75cade3611": "GET /v1/canary: the browsers of one day, each with what its gate was in the week before",
};

/** Statements that scan a table that grows, by the same digits, and why they may. */
export const scanning: Readonly<Record<string, string>> = {
  // What is of the last minutes or days, or waits: the table has no more.
  "0f274590971b": "POST /v1/requests: the newest of the networks of the last ten minutes",
  "84f40e31ff1a": "the same",
  a224b9c1eed6: "the same",
  "100f249acf71": "every five minutes: numbers that wait for a source that is no longer configured",
  ba19b3dc3b46: "GET /v1/lookups: numbers that wait to be looked up",
  "7ae01db19c2b":
    "every five minutes: withdrawn consents; the first and the last payload, between which it goes by halves",
  "5864e2827f13": "the sweep of changes: two days",
  f129ebf8513f: "the sweep: mails of thirty days",
  cfc331e7ad03: "POST /v1/suppressions: whether any number is watched, which the first row tells",
  "5d4aac528dae": "the end of an erasure's words, in what officers wrote of recordings",
  eb6e05a48dcc: "every five minutes, until the adoption: what erasures left as proofs",
  "2a802358c067":
    "a person who joins: rows that name them are looked for only where a constraint waits, and none does",
  // The newest, and then up to a page of these.
  "69349029b1c4": "GET /v1/announced: the newest draws, with what was heard",
  "0aa05bd60d99": "GET /v1/calls: the newest calls, of which a page is then sorted",
  "7fa16ec5c339": "the same, of some days",
  d14b7c148d7a: "the same, outbound",
  "809469210ff4": "the same, outbound, of some days",
};
