/**
 * The company's outbound calling policy as one schema. Every clause is a setting; a clause the law does not leave
 * open is a literal (locked). What is stored is always a whole policy: `defaultPolicy` is `parse({})`.
 */
import * as z from "zod";

const region = z.string().regex(/^[A-Z]{2}$/, "an ISO 3166-1 alpha-2 code such as GB");
const isoDate = z.iso.date();
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "HH:MM");

/** From and to on one weekday, local time of the called party; null means no calls on that day. */
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

/** Kinds of campaign. All but `general` want prior consent (PECR 2003 regs 19, 21A, 21B). */
export const campaignSchema = z.enum(["general", "automated", "claims-management", "pensions"]);

/** What a recording may be made and listened to for. */
export const purposeSchema = z.enum(["training", "quality", "protection", "request"]);

/** The table of holidays ends with a year (shared/hours/holidays.ts): after it none is known. */
const holidayPart = z.enum(["GB-ENG", "GB-SCT", "GB-NIR"]);

const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, "a number with its country code, such as +442079460000");

/** Everybody of a mail domain, one address, or a group as the provider names it, may sign in with this role. */
const signInRule = z.strictObject({
  match: z.enum(["group", "email", "domain"]),
  value: z.string().trim().min(1).max(300),
  role: z.enum(["agent", "manager", "compliance", "admin"]),
});

/** A register's id. */
export const listId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);

export const policySchema = z.strictObject({
  /** What a listing does, by register id. A register that is not named holds. */
  registers: z.record(listId, z.enum(["hold", "warn", "off"])).default({}),
  /** In-house do-not-call and objections always hold (PECR reg 21(1)(a)). Locked. */
  inHouse: z.literal("hold").default("hold"),
  /** What an agent may do about a held call; an objection can never be overridden by an agent. */
  overrides: z.enum(["none", "service-and-solicited", "with-consent"]).default("with-consent"),
  /** What is not known is held, or warned about; it is never shown as clear. */
  unknown: treatment.default("hold"),
  screening: z
    .strictObject({
      /** Screen at least every 28 days: an older list answers unknown. */
      maxListAgeDays: z.int().min(1).max(28).default(28),
      warnListAgeDays: z.int().min(1).max(28).default(21),
      staleList: treatment.default("hold"),
      /** Days before a new listing counts. PECR reg 21(3) allows 28; a careful company takes 0. */
      graceDays: z.int().min(0).max(28).default(0),
      /** Numbers that each source of a register by lookup may be asked about in a day: they cost money. */
      lookupsPerDay: z.int().min(0).max(1_000_000).default(5000),
      /** Largest share of a list that one push may remove unless the admin says so. */
      maxShrinkShare: z.number().min(0).max(1).default(0.2),
      /** A connected CRM's contacts are screened anew after so many days (worker/connectors/run.ts). */
      rescreenDays: z.int().min(1).max(28).default(27),
      /** Every number screened clear stays watched: who turns later is told of. */
      watch: z.boolean().default(true),
    })
    .prefault({}),
  /** Who is told that a number turned which was screened clear. */
  watching: z
    .strictObject({
      mail: z.enum(["at-once", "daily", "none"]).default("daily"),
      mailTo: z
        .array(z.enum(["manager", "compliance", "admin"]))
        .min(1)
        .default(["manager", "compliance"]),
    })
    .prefault({}),
  /** Calling hours by region of the called number. A region that is not named has no limit. */
  hours: z.record(region, hoursSchema).default({}),
  /** Parts of the United Kingdom whose public holidays are out of hours for its numbers. GB-ENG is England and Wales. */
  holidays: z.array(holidayPart).default([]),
  outOfHours: treatment.default("warn"),
  /** Dials that hide the caller's number are refused. Locked (PECR reg 21(A1)). */
  withheldCallerId: z.literal("refuse").default("refuse"),
  identity: z
    .strictObject({
      company: z.string().max(200).default(""),
      /** What the agent says at the start of a call. */
      line: z.string().max(500).default(""),
      /** Given on request (PECR reg 24): an address, or a freephone number. */
      address: z.string().max(500).default(""),
      freephone: z.string().max(30).default(""),
      /** Numbers that the company itself is the subscriber of, in E.164. */
      ownNumbers: z.array(e164).max(200).default([]),
      /** The number that the called party sees: one of `ownNumbers`, which can be called back at no more than usual cost. */
      presentationNumber: e164.nullable().default(null),
    })
    .prefault({}),
  /** Where a number without a country code belongs: read in the first region, and only then in one of the others. */
  numbers: z
    .strictObject({
      defaultRegion: region.default("GB"),
      alsoRegions: z.array(region).max(20).default([]),
    })
    .prefault({}),
  campaigns: z
    .strictObject({
      runs: z.array(campaignSchema).min(1).default(["general"]),
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
      /** Who may listen, each time with a purpose. */
      openedBy: z
        .array(z.enum(["agent", "manager", "compliance", "admin"]))
        .min(1)
        .default(["manager", "compliance"]),
      /** What a provider reports from outside `regions` exists already: nobody opens it, and it is kept or erased. */
      outsideRegions: z.enum(["keep", "erase"]).default("keep"),
    })
    .prefault({}),
  requests: z
    .strictObject({
      /** Days to decide a request; the law's calendar month is taken where it is earlier. */
      decideDays: z.int().min(1).max(30).default(30),
      erasureInWriting: z.boolean().default(true),
      extensions: z.boolean().default(true),
      proofKeptDays: z.int().min(0).max(30).default(7),
      matchWindowMinutes: z.int().min(5).max(1440).default(60),
    })
    .prefault({}),
  /** A shorter time counts some days after its save: worker/jobs/housekeeping.ts. */
  retention: z
    .strictObject({
      /** How long undo rows of list versions are kept, so that "was it listed then?" has an answer. */
      listHistoryMonths: z.int().min(1).max(36).default(13),
      dialMonths: z.int().min(1).max(84).default(24),
      auditPayloadMonths: z.int().min(1).max(84).default(24),
      /** Counted from the day on which a request was closed. */
      requestMonths: z.int().min(1).max(84).default(24),
      screeningMonths: z.int().min(1).max(84).default(24),
      /** Counted from the day on which a number was last screened. */
      watchedMonths: z.int().min(1).max(84).default(12),
      /** What watched numbers turned into, and who was told. */
      turnedMonths: z.int().min(1).max(84).default(24),
    })
    .prefault({}),
  access: z
    .strictObject({
      /** A token that nobody used for so many days expires. */
      unusedTokenDays: z.int().min(1).max(365).default(90),
      /** A browser's token is replaced by a new one at that age, without anybody noticing. */
      rotateTokenDays: z.int().min(1).max(365).default(30),
      /** New numbers that an agent may ask about within an hour: nobody reads a register out. */
      numbersPerHour: z.int().min(1000).max(1_000_000).default(20_000),
      /** Who may sign in by the company's provider, and as what: of several matches the highest role (worker/people/sso.ts). */
      signIn: z.array(signInRule).max(200).default([]),
    })
    .prefault({}),
  review: z
    .strictObject({
      everyMonths: z.int().min(1).max(36).default(12),
      lastReviewed: isoDate.nullable().default(null),
      by: z.string().max(200).default(""),
    })
    .prefault({}),
  /** Where the extension is offered in one click: https://crm.example.com, or https://*.lightning.force.com (sites.ts). */
  sites: z.array(z.string().max(200)).max(100).default([]),
  /** Paint blocked numbers over, so that they cannot be read off the page and dialled by hand. */
  maskBlocked: z.boolean().default(false),
});

export type Policy = z.infer<typeof policySchema>;
export type Campaign = z.infer<typeof campaignSchema>;
export type Hours = z.infer<typeof hoursSchema>;
export type HolidayPart = z.infer<typeof holidayPart>;
export type SignInRule = z.infer<typeof signInRule>;

export const defaultPolicy: Policy = policySchema.parse({});

/** Clauses that no save may change, with the rule that locks them. */
export const lockedClauses = {
  inHouse: "PECR 2003 reg 21(1)(a)",
  withheldCallerId: "PECR 2003 reg 21(A1)",
} as const satisfies Partial<Record<keyof Policy, string>>;
