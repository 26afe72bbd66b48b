/**
 * Why, and by which rule, in the cases of blind.ndjson: read from each one's own words and fields, before any decision on it.
 * Reasons in the words of words.ts, where `|` parts what a case leaves open; rules by what its text cites.
 */
const each = (ids: string, ...says: string[]): Record<string, readonly string[]> =>
  Object.fromEntries(ids.split(" ").map((id) => [id, says]));
const optIn = "opt-in needed: no live consent";
const prior = "prior consent of the right kind";
const lifted = "notification to us lifts the register";
const unchecked = "register not checked";
const old = "register copy too old";
const open = "no bar found";
const unproven = "consent without evidence";
const wrong = "consent of the wrong kind";
const channel = "consent for another channel";
const elsewhere = "consent to another caller";

/** By the case's id. */
export const says: Readonly<Record<string, readonly string[]>> = {
  ...each("GB-B001 GB-B004 GB-B007 GB-B008 GB-B011", "listed under 28 days"),
  ...each("GB-B002 GB-B003 GB-B005 GB-B006 GB-B010 GB-B017 GB-B028 GB-B063", "listed on TPS"),
  ...each("GB-B009 GB-B018", "listed on CTPS"),
  ...each("GB-B012 GB-B045", "listed on TPS", channel),
  ...each("GB-B013 GB-B034 GB-B036 GB-B038 GB-B052 GB-B060 GB-B065 GB-B067 GB-B087", "own objection"),
  ...each("GB-B014 GB-B015 GB-B020 GB-B023", unchecked),
  ...each("GB-B016 GB-B021", `${open}|${unchecked}`),
  ...each("GB-B019 GB-B025 GB-B030 GB-B053 GB-B057 GB-B062 GB-B066 GB-B112 GB-B116", open),
  ...each("GB-B022 GB-B068 GB-B071 GB-B076 GB-B086", "solicited call"),
  ...each("GB-B024", `${old}|${open}`),
  ...each("GB-B026 GB-B027", old),
  ...each("GB-B029", open, unproven),
  ...each("GB-B031 GB-B037 GB-B039 GB-B044 GB-B046 GB-B051", lifted),
  // Got in a call that was itself barred.
  ...each("GB-B047", `${lifted}|listed on TPS`),
  ...each("GB-B032", "listed on TPS", "consent not for this line"),
  ...each("GB-B033", "listed on CTPS", elsewhere),
  ...each("GB-B035", "later words stand"),
  ...each("GB-B040", "listed on TPS", "consent expired"),
  ...each("GB-B041", "listed on TPS", "consent not yet given"),
  ...each("GB-B042 GB-B043", "listed on TPS", unproven),
  ...each("GB-B048 GB-B077 GB-B081 GB-B104", "number withheld"),
  ...each("GB-B049 GB-B083 GB-B102", prior),
  ...each("GB-B050", "listed on TPS", wrong),
  ...each("GB-B054", "own objection of the person"),
  ...each("GB-B055", "objection scope not said: compliance asked"),
  ...each("GB-B056", "own objection of the company"),
  // A line that others share.
  ...each("GB-B058 GB-B059", "own objection of the person: do not ask for them|own objection"),
  ...each("GB-B061", "asked to be rung later"),
  ...each("GB-B069 GB-B070 GB-B075", "listed on TPS", "solicited: named day past"),
  ...each("GB-B072", "listed on TPS", "solicited: conversation has happened"),
  ...each("GB-B073", open, "solicited: conversation has happened"),
  ...each("GB-B074", open, "consent expired"),
  ...each("GB-B080", "listed on TPS", elsewhere),
  ...each("GB-B082 GB-B090 GB-B100 GB-B111", optIn),
  ...each("GB-B084 GB-B085 GB-B098 GB-B101 GB-B103 GB-B113", optIn, wrong),
  ...each("GB-B088", optIn, elsewhere),
  ...each("GB-B092 GB-B094 GB-B095", `${optIn}|caller not authorised`),
  ...each("GB-B096", optIn, wrong),
  ...each("GB-B105", "listed on TPS", wrong),
  ...each("GB-B108 GB-B114", "soft opt-in"),
  ...each("GB-B117", optIn, channel),

  ...each("DE-B001 DE-B002 DE-B003 DE-B009 DE-B012 DE-B013 DE-B025 DE-B026 DE-B027", optIn),
  ...each("DE-B004 DE-B020 DE-B021", prior),
  ...each("DE-B005 DE-B006", optIn, unproven),
  ...each("DE-B007", `${optIn}|${prior}`),
  ...each("DE-B008 DE-B010 DE-B014", optIn, wrong),
  ...each("DE-B015", optIn, elsewhere),
  ...each("DE-B016", optIn, "consent withdrawn"),
  ...each("DE-B017", "later words stand"),
  ...each("DE-B018", "own objection"),
  ...each("DE-B019", "number withheld"),
  ...each("DE-B023", optIn, "solicited: named day past"),
  ...each("DE-B024", optIn, "solicited: conversation has happened"),
  ...each("DE-B029", optIn, channel),
  ...each("DE-B030", optIn, "consent expired"),

  ...each("IE-B001 IE-B002 IE-B007 IE-B018", optIn),
  ...each("IE-B003 IE-B011 IE-B017", prior),
  ...each("IE-B004 IE-B006", unchecked),
  ...each("IE-B005", `${open}|${unchecked}`),
  ...each("IE-B008", lifted),
  ...each("IE-B009", "listed on the register (NDD)|listed under 28 days"),
  ...each("IE-B010", "own objection"),
  ...each("IE-B012", optIn, "consent not for this line"),
  ...each("IE-B013", optIn, wrong),
  ...each("IE-B014", `${optIn}|soft opt-in`),
  ...each("IE-B015", "listed on the register (NDD)"),
  ...each("IE-B020", old),

  ...each("FR-B001", unchecked),
  ...each("FR-B002 FR-B003 FR-B021 FR-B022", optIn),
  ...each("FR-B004", optIn, "outside permitted hours"),
  ...each("FR-B005", "rest after refusal"),
  ...each("FR-B006 FR-B013 FR-B018", prior),
  ...each("FR-B007", optIn, "consent withdrawn"),
  ...each("FR-B008", optIn, "consent expired"),
  ...each("FR-B009", `${optIn}|${prior}`),
  ...each("FR-B010 FR-B015 FR-B016", "outside permitted hours"),
  ...each("FR-B011", `weekend|${prior}`),
  ...each("FR-B012 FR-B014", "public holiday"),
  ...each("FR-B017", "frequency cap reached"),
  ...each("FR-B019", open),
  ...each("FR-B023", "number withheld"),
  ...each("FR-B024", optIn, channel),
  ...each("FR-B025", optIn, unproven),

  ...each("NL-B002 NL-B003 PL-B001 ES-B001", optIn),
  ...each("NL-B004 CA-B002", open),
  ...each("PL-B002 ES-B003 IT-B002", prior),
  ...each("AT-B001", `${optIn}|${prior}`),
  ...each("AT-B002", "number withheld"),
  ...each("ES-B002 CA-B001 AU-B002", "weekend"),
  ...each("IT-B001", "listed on the register (RPO)", "consent expired"),
  ...each("IT-B003", old),
  ...each("BE-B001", "listed on the register (DNCM)", wrong),
  ...each("BE-B002", "listed on the register (DNCM)", "consent expired"),
  ...each("CA-B003", old),
  ...each("AU-B001", "listed on the register (DNCR)", "consent expired"),
  ...each("IN-B001", unchecked),
  ...each("US-B003", "state not known"),
};

/**
 * What a text cites, and which of our rules that is, by place. A text that cites several needs one of them.
 */
export const cites: Readonly<
  Record<string, readonly (readonly [cited: RegExp, rules: readonly string[]])[]>
> = {
  GB: [
    [/reg 21\(A1\)|must show a number/i, ["GB-caller"]],
    [/reg 21A/i, ["GB-claims"]],
    [/reg 21B|SI 2018\/1396/i, ["GB-pensions"]],
    [/reg 19/i, ["GB-auto"]],
    [/reg 22/i, ["GB-msg", "GB-msg-company"]],
    [/reg 21(?![AB(]|\(A1)|reg 21\(\d|reg 26|\bC?TPS\b|\bregisters?\b|\blisted\b|objection/i, ["GB-live"]],
  ],
  DE: [
    [/TDDDG/, ["DE-caller"]],
    [/calling machine/, ["DE-auto"]],
    [/UWG 7|consent/i, ["DE-consumer", "DE-business"]],
  ],
  IE: [
    [/calling machines/, ["IE-auto"]],
    [/mobile/i, ["IE-mobile"]],
    [/fixed line|landline|NDD/i, ["IE-fixed"]],
  ],
  FR: [
    [/hidden number/, ["FR-cli"]],
    [/automated/, ["FR-auto"]],
    [/hours|midday|holiday|in Paris is|L\.3133-1|Saturday/, ["FR-hours"]],
    [/attempts|of the four/, ["FR-cap"]],
    [/old rule|sixty days/, ["FR-old"]],
    [/L\.223-1|decree 2026-662|consent/, ["FR-optin", "FR-business"]],
  ],
  NL: [
    [/legal person/i, ["NL-legal", "NL-optin"]],
    [/customer/, ["NL-optin"]],
  ],
  PL: [[/PKE 398/, ["PL-optin"]]],
  AT: [[/s 174/, ["AT-optin"]]],
  ES: [
    [/66\.1\.b/, ["ES-optin"]],
    [/96\.2/, ["ES-hours"]],
  ],
  IT: [[/RPO/, ["IT-rpo"]]],
  BE: [[/WER VI/, ["BE-dncm"]]],
  CA: [
    [/Saturday/, ["CA-hours"]],
    [/DNCL|list/, ["CA-dncl", "CA-open"]],
  ],
  AU: [
    [/DNCR Act/, ["AU-dncr"]],
    [/Sunday/, ["AU-hours"]],
  ],
  IN: [[/TCCCPR/, ["IN-tcccpr"]]],
  US: [[/New Jersey/, ["US-state"]]],
};

/** Texts that cite no rule, or one that they say is not the call's own: the rule of such a call on such a line. */
export const uncited: Readonly<Record<string, string>> = Object.fromEntries(
  [
    [
      "GB-B021 GB-B027 GB-B030 GB-B042 GB-B043 GB-B044 GB-B051 GB-B055 GB-B070 GB-B071 GB-B075 GB-B080",
      "GB-live",
    ],
    // Reg 22 is of electronic mail, and this is a call.
    ["GB-B105", "GB-live"],
    ["IE-B009", "IE-fixed"],
    ["IE-B017", "IE-mobile"],
  ].flatMap(([of = "", rule = ""]) => of.split(" ").map((id) => [id, rule])),
);
