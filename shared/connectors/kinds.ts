/**
 * The kinds of CRM: what each needs to be connected. The desk's form, the Worker's checks and the links to the vendors'
 * documents come from this table; worker/connectors/kinds/ has the code. No zod here: the extension's pages import it.
 */
import { secretEnds, sensitiveScopes, type Setting } from "./settings.ts";

export const connectorKinds = [
  "hubspot",
  "salesforce",
  "pipedrive",
  "zoho",
  "dynamics",
  "espocrm",
  "rest",
] as const;
export type ConnectorKind = (typeof connectorKinds)[number];

/** The way by which an administrator of the CRM's signs in there for ClearDial: what is entered is the app's alone. */
export const SIGN_IN = "signIn";
/** So many days before a sign-in ends it is told of. */
export const SIGN_IN_ENDS = 14;

/** One kind of record, such as a contact or a lead. All names are the CRM's API names. */
export interface ConnectorObject {
  name: string;
  /** Fields that hold telephone numbers. */
  numbers: string[];
  /** The field that names the person's country. */
  country?: string | undefined;
  /** The field that says whose line it is: consumer, sole trader, partnership or company. */
  party?: string | undefined;
  /** The field that names the account (company) that the record belongs to; of accounts themselves, their own id. */
  account?: string | undefined;
  /** The fields that say where its numbers came from, since when they are there, and what notice the person was given. */
  source?: string | undefined;
  since?: string | undefined;
  notice?: string | undefined;
  /** The CRM's own flag against calls, and the fields that say who said so, and when. */
  flag?: string | undefined;
  flagBy?: string | undefined;
  flagAt?: string | undefined;
  /** The fields that say since when they consent to calls, to which, and where the proof lies; and where ClearDial writes consents here. */
  consentAt?: string | undefined;
  consentFor?: string | undefined;
  consentProof?: string | undefined;
  consentOut?: string | undefined;
}

/** The fields of a kind of record that may be left out. */
export const optionalFields = [
  ...(["country", "party", "account", "source", "since", "notice"] as const),
  ...(["flag", "flagBy", "flagAt"] as const),
  ...(["consentAt", "consentFor", "consentProof", "consentOut"] as const),
] as const;

/** Those that a set-up names. */
export const namedIn = (object: ConnectorObject): string[] =>
  optionalFields.flatMap((key) => object[key] ?? []);

export interface ConnectorFields {
  verdict: string;
  date: string;
  reasons: string;
}

interface KindFacts {
  /** The vendor's published document that the connector follows. */
  document: string;
  /** True once it was tried on the vendor's own system; until then, only against a double in our tests. */
  verified: boolean;
  settings: readonly Setting[];
  /** Ways of signing in, each with the names of its credentials. */
  ways: Readonly<Record<string, readonly string[]>>;
  objects: readonly ConnectorObject[];
  fields: ConnectorFields;
  /**
   * Null: ClearDial cannot make its fields there. Else the names of an administrator's credentials with which it may, where those of
   * the connector do not do: they are used once and kept nowhere.
   */
  makes: readonly string[] | null;
}

const name = /^[A-Za-z_]\w{0,99}$/;
/** A CRM's own origin: https, except on this machine in development. */
const own = /^(https:\/\/[\w.-]+(:\d+)?|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/;
const path = /^\/[^\s?#]{0,300}(\?[^\s#]{0,300})?$/;
/** Pipedrive's key of a custom field. */
export const addedToPipedrive = /^[0-9a-f]{40}$/;
/** Until it is made, one of ours is known by its name. */
const inPipedrive = /^([0-9a-f]{40}|ClearDial (verdict|date|reasons))$/;
const pointer = /^(\/[^/\s]{1,100}){1,8}$/;
const underscored: ConnectorFields = {
  verdict: "cleardial_verdict",
  date: "cleardial_date",
  reasons: "cleardial_reasons",
};

/** Dataverse has three numbers with each address of a record. */
const addressed = (addresses: number): string[] =>
  Array.from({ length: addresses * 3 }, (_, n) => `address${Math.floor(n / 3) + 1}_telephone${(n % 3) + 1}`);

export const kinds: Readonly<Record<ConnectorKind, KindFacts>> = {
  hubspot: {
    document:
      "https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/batch/update-contacts",
    verified: false,
    // Else the first account that somebody signs in to is its own.
    settings: [
      { key: "portal", pattern: /^[1-9]\d{0,15}$/, example: "62515", optional: true },
      sensitiveScopes,
    ],
    ways: {
      token: ["token"],
      [SIGN_IN]: ["clientId", "clientSecret"],
      oauth: ["clientId", "clientSecret", "refreshToken"],
    },
    objects: [
      {
        name: "contacts",
        numbers: ["phone", "mobilephone", "hs_whatsapp_phone_number"],
        country: "country",
        source: "hs_analytics_source",
        since: "createdate",
      },
      { name: "companies", numbers: ["phone"], country: "country", since: "createdate" },
    ],
    fields: underscored,
    makes: ["token"],
  },
  salesforce: {
    document:
      "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm",
    verified: false,
    settings: [
      {
        key: "host",
        pattern: /^https:\/\/[\w-]+(\.[\w-]+)*\.my\.salesforce\.com$/,
        example: "https://example.my.salesforce.com",
      },
      // Its answers do not say when a refresh token ends.
      { key: "lasts", pattern: /^[1-9]\d{0,3}$/, example: "365", optional: true },
      // Its consent objects are there only with Data Protection and Privacy enabled.
      { key: "individuals", pattern: /^yes$/, example: "yes", optional: true },
    ],
    ways: {
      [SIGN_IN]: ["clientId", "clientSecret"],
      client: ["clientId", "clientSecret"],
      oauth: ["clientId", "clientSecret", "refreshToken"],
    },
    objects: [
      {
        name: "Contact",
        numbers: ["Phone", "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone"],
        country: "MailingCountry",
        source: "LeadSource",
        since: "CreatedDate",
        flag: "DoNotCall",
      },
      {
        name: "Lead",
        numbers: ["Phone", "MobilePhone"],
        country: "Country",
        source: "LeadSource",
        since: "CreatedDate",
        flag: "DoNotCall",
      },
      { name: "Account", numbers: ["Phone"], country: "BillingCountry", since: "CreatedDate" },
    ],
    fields: {
      verdict: "ClearDial_Verdict__c",
      date: "ClearDial_Date__c",
      reasons: "ClearDial_Reasons__c",
    },
    makes: [],
  },
  pipedrive: {
    document: "https://developers.pipedrive.com/docs/api/v1/Persons",
    verified: false,
    settings: [
      {
        key: "host",
        // The company's own: at these two a token alone says whose records they are.
        pattern: /^https:\/\/(?!api(-proxy)?\.)[\w-]+\.pipedrive\.com$/i,
        example: "https://example.pipedrive.com",
      },
    ],
    ways: { token: ["token"], oauth: ["clientId", "clientSecret", "refreshToken"] },
    objects: [{ name: "persons", numbers: ["phones"], since: "add_time" }],
    // Each Pipedrive account has its own keys for custom fields: 40 hexadecimal digits. They are known once the fields are made.
    fields: { verdict: "ClearDial verdict", date: "ClearDial date", reasons: "ClearDial reasons" },
    makes: ["token"],
  },
  zoho: {
    document: "https://www.zoho.com/crm/developer/docs/api/v8/update-records.html",
    verified: false,
    settings: [
      {
        key: "region",
        pattern: /^(com|eu|uk|in|com\.au|jp|com\.cn|ca|sa)$/,
        example: "eu",
        options: ["com", "eu", "uk", "in", "com.au", "jp", "com.cn", "ca", "sa"],
      },
    ],
    ways: {
      code: ["clientId", "clientSecret", "code"],
      oauth: ["clientId", "clientSecret", "refreshToken"],
    },
    objects: [
      {
        name: "Contacts",
        numbers: ["Phone", "Mobile", "Home_Phone", "Other_Phone", "Asst_Phone"],
        country: "Mailing_Country",
        source: "Lead_Source",
        since: "Created_Time",
      },
      {
        name: "Leads",
        numbers: ["Phone", "Mobile"],
        country: "Country",
        source: "Lead_Source",
        since: "Created_Time",
      },
      { name: "Accounts", numbers: ["Phone"], country: "Billing_Country", since: "Created_Time" },
    ],
    fields: { verdict: "ClearDial_Verdict", date: "ClearDial_Date", reasons: "ClearDial_Reasons" },
    makes: [],
  },
  dynamics: {
    document:
      "https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api",
    verified: false,
    settings: [
      {
        key: "host",
        pattern: /^https:\/\/[\w-]+\.crm\d*\.(dynamics\.com|microsoftdynamics\.us|dynamics\.cn)$/,
        example: "https://example.crm11.dynamics.com",
      },
      { key: "tenant", pattern: /^[\w.-]{3,100}$/, example: "00000000-0000-0000-0000-000000000000" },
      // Entra tells it only to who may read applications: learn.microsoft.com/graph/api/resources/passwordcredential
      { ...secretEnds, asked: true },
    ],
    ways: { client: ["clientId", "clientSecret"] },
    objects: [
      {
        name: "contacts",
        numbers: [
          ...["telephone1", "telephone2", "telephone3", "mobilephone", "business2", "home2", "callback"],
          ...["company", "assistantphone", "managerphone", ...addressed(3)],
        ],
        country: "address1_country",
        since: "createdon",
        flag: "donotphone",
      },
      {
        name: "leads",
        numbers: ["telephone1", "telephone2", "telephone3", "mobilephone", ...addressed(2)],
        country: "address1_country",
        since: "createdon",
        flag: "donotphone",
      },
      {
        name: "accounts",
        numbers: ["telephone1", "telephone2", "telephone3", ...addressed(2)],
        country: "address1_country",
        since: "createdon",
        flag: "donotphone",
      },
    ],
    fields: { verdict: "new_cleardialverdict", date: "new_cleardialdate", reasons: "new_cleardialreasons" },
    makes: [],
  },
  espocrm: {
    document: "https://docs.espocrm.com/development/api/crud/",
    verified: false,
    settings: [{ key: "host", pattern: own, example: "https://crm.example.com" }],
    ways: { key: ["apiKey"], hmac: ["apiKey", "secretKey"] },
    objects: [
      {
        ...{ name: "Contact", numbers: ["phoneNumber"], country: "addressCountry" },
        ...{ since: "createdAt", flag: "doNotCall" },
      },
      {
        name: "Lead",
        numbers: ["phoneNumber"],
        country: "addressCountry",
        source: "source",
        since: "createdAt",
        flag: "doNotCall",
      },
      { name: "Account", numbers: ["phoneNumber"], country: "billingAddressCountry", since: "createdAt" },
    ],
    fields: { verdict: "cClearDialVerdict", date: "cClearDialDate", reasons: "cClearDialReasons" },
    makes: ["user", "password"],
  },
  rest: {
    document: "https://www.rfc-editor.org/rfc/rfc6901",
    verified: false,
    settings: [
      { key: "host", pattern: own, example: "https://crm.example.com" },
      { key: "list", pattern: path, example: "/api/contacts?limit=200" },
      { key: "items", pattern: pointer, example: "/data", optional: true },
      { key: "id", pattern: pointer, example: "/id" },
      {
        key: "paging",
        pattern: /^(none|page|offset|cursor|link)$/,
        example: "page",
        options: ["none", "page", "offset", "cursor", "link"],
      },
      { key: "parameter", pattern: /^[\w.[\]-]{1,60}$/, example: "page", optional: true },
      { key: "next", pattern: pointer, example: "/paging/next", optional: true },
      { key: "method", pattern: /^(PATCH|PUT|POST)$/, example: "PATCH", options: ["PATCH", "PUT", "POST"] },
      { key: "record", pattern: /^\/[^\s?#]*\{id\}[^\s#]*$/, example: "/api/contacts/{id}" },
      secretEnds,
    ],
    ways: { header: ["header", "value"] },
    objects: [{ name: "contacts", numbers: ["/phone"], country: "/country" }],
    fields: { verdict: "/cleardial/verdict", date: "/cleardial/date", reasons: "/cleardial/reasons" },
    makes: null,
  },
};

/** What the name of one of our three fields looks like; for `rest` it is a JSON pointer. */
export const fieldPattern = (kind: ConnectorKind): RegExp =>
  kind === "rest" ? pointer : kind === "pipedrive" ? inPipedrive : name;
/** What the name of a field with numbers looks like: in Pipedrive also a built-in field, which has a plain name. */
export const numberPattern = (kind: ConnectorKind): RegExp =>
  kind === "rest" ? pointer : kind === "pipedrive" ? /^([A-Za-z_]\w{0,99}|[0-9a-f]{40})$/ : name;
