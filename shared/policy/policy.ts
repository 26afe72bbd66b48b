/**
 * The company's outbound calling policy as one schema. Every clause is a setting with a default; where the law leaves no
 * choice it is a literal (locked). A whole policy is stored each time; `defaultPolicy` is `parse({})`.
 */
import * as z from "zod";
import { recipientKinds, recipientRoles } from "./recipients.ts";

const region = z.string().regex(/^[A-Z]{2}$/, "an ISO 3166-1 alpha-2 code such as GB");
const isoDate = z.iso.date();
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "HH:MM");

/** Start and end on one weekday, in the called party's local time; null: no calls on that day. */
const daySchema = z.tuple([clockTime, clockTime]).nullable();
const hoursSchema = z.strictObject({
  mon: daySchema,
  tue: daySchema,
  wed: daySchema,
  thu: daySchema,
  fri: daySchema,
  sat: daySchema,
  sun: daySchema,
});

const treatment = z.enum(["hold", "warn"]);

/** Kinds of campaign. All but `general` need prior consent (PECR 2003 regs 19, 21A, 21B), or a request (`onRequest`). */
export const campaignSchema = z.enum(["general", "automated", "claims-management", "pensions"]);

/** Purposes for which a recording may be made and played. */
export const purposeSchema = z.enum(["training", "quality", "protection", "request"]);

/** Parts of the United Kingdom. The table of holidays ends with a year: no later holiday is known (hours/holidays.ts). */
const holidayPart = z.enum(["GB-ENG", "GB-SCT", "GB-NIR"]);

const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, "a number with its country code, such as +442079460000");

/** Lets a mail domain, one address, or a group of the provider's sign in with this role. */
const signInRule = z.strictObject({
  match: z.enum(["group", "email", "domain"]),
  value: z.string().trim().min(1).max(300),
  role: z.enum(["agent", "manager", "compliance", "admin"]),
});

/** Addresses of this scheme begin a call, or a message: `softphone://call?destination=…`. */
const schemeRule = z.strictObject({
  scheme: z.string().regex(/^[a-z][a-z0-9+.-]{1,39}$/, "a scheme such as softphone, without its colon"),
  /** Without one, the body has the number, or a parameter with a usual name. */
  parameter: z
    .string()
    .regex(/^[\w.-]{1,40}$/, "a parameter's name")
    .optional(),
  kind: z.enum(["call", "message"]).default("call"),
});

const hostName = z.string().max(253);
const HOST = "[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\\d{1,5})?";

/** Who receives data, what, where, and by which contract. Exactly these hosts receive; without one, what is handed over by hand. */
const recipientSchema = z.strictObject({
  kind: z.enum(recipientKinds),
  name: z.string().trim().min(1, "each recipient with who it is").max(200),
  host: hostName.regex(new RegExp(`^$|^${HOST}$`), "a host such as api.example.com, or nothing"),
  /** Further hosts of the same recipient, such as where it grants tokens: they get its secrets. */
  also: z
    .array(hostName.regex(new RegExp(`^${HOST}$`), "a host such as login.example.com"))
    .max(10)
    .optional(),
  role: z.enum(recipientRoles),
  country: region,
  contract: z.string().trim().max(200),
  fields: z.array(z.string().trim().min(1).max(60)).min(1, "each recipient with which data it gets").max(30),
  /** For how many days its backups keep what was erased there; without: nobody has said. */
  backupDays: z.int().min(0).max(3650).optional(),
  /** Of a connected CRM: an officer may have a person's records erased there (worker/connectors/kinds/held). */
  erases: z.literal(true).optional(),
});

/** A register's id. */
export const listId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);

export const policySchema = z.strictObject({
  /** What a listing does, by register id. A register without a setting holds. */
  registers: z.record(listId, z.enum(["hold", "warn", "off"])).default({}),
  /**
   * Why a register's numbers are called without consent, by register id: the one way past a register by policy. Its
   * verdict is a caution that names it, and /policy publishes it.
   */
  grounds: z.record(listId, z.string().trim().min(10).max(500)).default({}),
  /** In-house do-not-call and objections always hold (PECR reg 21(1)(a)). Locked. */
  inHouse: z.literal("hold").default("hold"),
  /** Which held calls an agent may override. Objections cannot be overridden. */
  overrides: z.enum(["none", "service-and-solicited", "with-consent"]).default("with-consent"),
  /** An unknown number is held: what is not known may be barred. Locked. */
  unknown: z.literal("hold").default("hold"),
  screening: z
    .strictObject({
      /** Days after which a register's copy counts as unknown: at most 28 (PECR reg 21(3)). */
      maxListAgeDays: z.int().min(1).max(28).default(28),
      warnListAgeDays: z.int().min(1).max(28).default(21),
      /** So is a number whose register's copy is too old to say (PECR reg 21(3)). Locked. */
      staleList: z.literal("hold").default("hold"),
      /** Days before a new listing counts. PECR reg 21(3) allows 28; the careful choice is 0. */
      graceDays: z.int().min(0).max(28).default(0),
      /** Most numbers a day to ask each lookup source about, as each costs money. */
      lookupsPerDay: z.int().min(0).max(1_000_000).default(5000),
      /** Largest share of a register that one push may remove without an administrator's explicit word. */
      maxShrinkShare: z.number().min(0).max(1).default(0.2),
      /** Days after which a connected CRM's contacts are screened again (worker/connectors/run.ts). */
      rescreenDays: z.int().min(1).max(28).default(27),
      /** Keep watching every number that was screened clear, and report when its verdict changes. */
      watch: z.boolean().default(true),
      /** For how long a clear answer stands while the server cannot be reached. */
      offlineMinutes: z.int().min(0).max(1440).default(60),
      /** Regions whose numbers are called on the subscriber's own words alone: no register is relied on there. */
      heldRegions: z.array(region).max(300).default([]),
    })
    .prefault({}),
  /** Who is told when the verdict of a number that was screened clear changes. */
  watching: z
    .strictObject({
      mail: z.enum(["at-once", "daily", "none"]).default("daily"),
      mailTo: z
        .array(z.enum(["manager", "compliance", "admin"]))
        .min(1)
        .default(["manager", "compliance"]),
    })
    .prefault({}),
  /** Calling hours by the called number's region. A region without a setting has no limit. */
  hours: z.record(region, hoursSchema).default({}),
  /** Parts of the United Kingdom whose public holidays count as out of hours for its numbers. GB-ENG is England and Wales. */
  holidays: z.array(holidayPart).default([]),
  outOfHours: treatment.default("warn"),
  /** Dials that hide the caller's number are refused. Locked (PECR reg 21(A1)). */
  withheldCallerId: z.literal("refuse").default("refuse"),
  identity: z
    .strictObject({
      company: z.string().max(200).default(""),
      /** Other names of the company: a consent that was given to one of them was given to us. */
      tradingNames: z.array(z.string().trim().min(1).max(200)).max(20).default([]),
      /** What the agent says at the start of a call. */
      line: z.string().max(500).default(""),
      /** An address or a freephone number, given on request (PECR reg 24). */
      address: z.string().max(500).default(""),
      freephone: z.string().max(30).default(""),
      /** Numbers to which the company itself subscribes, in E.164. */
      ownNumbers: z.array(e164).max(200).default([]),
      /** The presentation number, which the called party sees: one of `ownNumbers`, and no dearer than usual to call back. */
      presentationNumber: e164.nullable().default(null),
    })
    .prefault({}),
  /** Regions of numbers without a country code: the default region first, then the others. */
  numbers: z
    .strictObject({
      defaultRegion: region.default("GB"),
      alsoRegions: z.array(region).max(20).default([]),
      /** Where the agents' telephones are, which decides what dialled digits ring. Null: in the default region. */
      lineRegion: region.nullable().default(null),
    })
    .prefault({}),
  dials: z
    .strictObject({
      /** Schemes that dial, beside those that are known (dials/schemes.ts). `parameter` has the number, or the body. */
      schemes: z.array(schemeRule).max(50).default([]),
    })
    .prefault({}),
  campaigns: z
    .strictObject({
      runs: z.array(campaignSchema).min(1).default(["general"]),
      /** The company is an authorised person, or trustee or manager of a pension scheme (PECR reg 21B(3)(a)). */
      pensionsAuthorised: z.boolean().default(false),
      /** Claims and pensions calls that were asked for need no prior consent (PECR regs 21A(1), 21B(1): unsolicited calls). */
      onRequest: z.boolean().default(false),
    })
    .prefault({}),
  consents: z
    .strictObject({
      /** Roles whose entries count without a review. */
      recordedBy: z
        .array(z.enum(["agent", "manager", "compliance", "admin"]))
        .min(1)
        .default(["manager", "compliance"]),
      /** Months after which a consent ends, where it and the law name no earlier day. Null: none. */
      monthsAtMost: z.int().min(1).max(84).nullable().default(null),
      /** What a caution that rests on an evidenced consent does: it passes with a line on the card, or asks the agent. */
      amber: z.enum(["pass", "dialog"]).default("pass"),
    })
    .prefault({}),
  parties: z
    .strictObject({
      /** Whose word on whose line it is counts. */
      from: z.array(z.enum(["officer", "connector", "register", "import"])).default(["officer"]),
    })
    .prefault({}),
  recording: z
    .strictObject({
      announcement: z
        .string()
        .max(500)
        .default("Calls may be recorded for training, quality and the protection of both sides."),
      regions: z.array(region).min(1).default(["GB"]),
      retentionMonths: z.int().min(1).max(84).default(12),
      purposes: z.array(purposeSchema).min(1).default(["training", "quality", "protection", "request"]),
      /** Roles that may play recordings, each time for a stated purpose. */
      openedBy: z
        .array(z.enum(["agent", "manager", "compliance", "admin"]))
        .min(1)
        .default(["manager", "compliance"]),
      /** Countries from which audio and requests' files may be opened. None: from anywhere. */
      openedFrom: z.array(region).max(50).default([]),
      /** What to do with a recording that a provider reports from outside `regions`: it is quarantined, and kept or erased. */
      outsideRegions: z.enum(["keep", "erase"]).default("keep"),
    })
    .prefault({}),
  requests: z
    .strictObject({
      /** Days to decide a privacy request. The law's calendar month counts where it ends earlier. */
      decideDays: z.int().min(1).max(30).default(30),
      erasureInWriting: z.boolean().default(true),
      extensions: z.boolean().default(true),
      proofKeptDays: z.int().min(0).max(30).default(7),
      matchWindowMinutes: z.int().min(5).max(1440).default(60),
      /** Whether the days to decide stand still while proof or a clarification is awaited, as the law lets them. */
      pauses: z.enum(["none", "law"]).default("none"),
      /** Days between two reports of progress on a complaint, and until its outcome. */
      progressDays: z.int().min(7).max(90).default(30),
      outcomeDays: z.int().min(30).max(180).default(90),
    })
    .prefault({}),
  /** A shorter retention takes effect a week after its save (worker/jobs/housekeeping.ts). */
  retention: z
    .strictObject({
      /** Retention of a register's undo rows, which answer "was the number listed then?". */
      listHistoryMonths: z.int().min(1).max(36).default(13),
      dialMonths: z.int().min(1).max(84).default(24),
      auditPayloadMonths: z.int().min(1).max(84).default(24),
      /** Counted from the day the request was closed. */
      requestMonths: z.int().min(1).max(84).default(24),
      screeningMonths: z.int().min(1).max(84).default(24),
      /** Counted from the day the number was last screened. */
      watchedMonths: z.int().min(1).max(84).default(12),
      /** Changed verdicts of watched numbers, and who was told. */
      turnedMonths: z.int().min(1).max(84).default(24),
    })
    .prefault({}),
  access: z
    .strictObject({
      /** Days without use after which a token expires. */
      unusedTokenDays: z.int().min(1).max(365).default(90),
      /** Age at which a browser replaces its token, unnoticed by its user. */
      rotateTokenDays: z.int().min(1).max(365).default(30),
      /** Most numbers an hour that an agent may check, so that nobody can read out a register. */
      numbersPerHour: z.int().min(1000).max(1_000_000).default(20_000),
      /** The same for managers, compliance officers and administrators, who also import. */
      officeNumbersPerHour: z.int().min(1000).max(10_000_000).default(200_000),
      /** Most calls an hour that a telephone system may ask the gate about. By default 200 a second, and a tenth more. */
      gateNumbersPerHour: z.int().min(1000).max(1_000_000).default(800_000),
      /** Most numbers a day that one of them may screen. */
      screenedPerDay: z.int().min(10_000).max(100_000_000).default(5_000_000),
      /** Who may sign in through the company's provider, and with which role. The highest match counts (worker/people/sso.ts). */
      signIn: z.array(signInRule).max(200).default([]),
    })
    .prefault({}),
  /** Who receives data. What is in nobody's row here is sent nothing (worker/policy/egress.ts). */
  recipients: z.array(recipientSchema).max(200).default([]),
  review: z
    .strictObject({
      everyMonths: z.int().min(1).max(36).default(12),
      lastReviewed: isoDate.nullable().default(null),
      by: z.string().max(200).default(""),
    })
    .prefault({}),
  /** Sites that the extension offers in one click: https://crm.example.com, or https://*.lightning.force.com (sites.ts). */
  sites: z.array(z.string().max(200)).max(100).default([]),
  /** Cover blocked numbers, so that nobody reads them off the page and dials by hand. */
  maskBlocked: z.boolean().default(false),
});

export type Policy = z.infer<typeof policySchema>;
export type Campaign = z.infer<typeof campaignSchema>;
export type Hours = z.infer<typeof hoursSchema>;
export type HolidayPart = z.infer<typeof holidayPart>;
export type SignInRule = z.infer<typeof signInRule>;
export type Recipient = z.infer<typeof recipientSchema>;
export type SchemeRule = z.infer<typeof schemeRule>;

export const defaultPolicy: Policy = policySchema.parse({});

/** Clauses that no save may change, each with the rule that locks it. */
export const lockedClauses = {
  inHouse: "PECR 2003 reg 21(1)(a)",
  unknown: "PECR 2003 reg 21(1)(b)",
  "screening.staleList": "PECR 2003 reg 21(3)",
  withheldCallerId: "PECR 2003 reg 21(A1)",
} as const satisfies Record<string, string>;
