/**
 * CRMs that many companies use, and the origins that their pages take frames from: turned on with the site, in the same
 * question. One row a vendor. A CRM on a company's own server, such as EspoCRM or SuiteCRM, is all of one origin and
 * needs no row; what stands in a page beside these is found there and offered (`background/survey.ts`).
 */
import { covers } from "../shared/policy/sites.ts";

export interface Vendor {
  name: string;
  /** Each of its sites, with the origins of the frames in it. */
  sites: Readonly<Record<string, readonly string[]>>;
  /** A document that names hosts of the row; null where the row stands on common report. */
  source: string | null;
  /** Once each host of the row was found in that document, or seen in use. */
  verified: boolean;
}

const salesforce = [
  "https://*.lightning.force.com",
  "https://*.my.salesforce.com",
  "https://*.vf.force.com",
  "https://*.visualforce.com",
  "https://*.visual.force.com",
  "https://*.my.salesforce-sites.com",
];

export const vendors: readonly Vendor[] = [
  {
    name: "Salesforce",
    sites: { "https://*.lightning.force.com": salesforce, "https://*.my.salesforce.com": salesforce },
    source: "https://help.salesforce.com/apex/HTViewHelpDoc?id=domain_name_overview.htm",
    verified: false,
  },
  {
    name: "HubSpot",
    sites: {
      "https://app.hubspot.com": ["https://*.hubspot.com"],
      "https://app-eu1.hubspot.com": ["https://*.hubspot.com"],
    },
    source: null,
    verified: false,
  },
  {
    name: "Dynamics 365",
    sites: { "https://*.dynamics.com": ["https://*.powerapps.com"] },
    source:
      "https://learn.microsoft.com/en-us/powerapps/developer/model-driven-apps/open-forms-views-dialogs-reports-url",
    verified: false,
  },
  {
    name: "Zoho CRM",
    sites: Object.fromEntries(
      ["com", "eu", "in", "com.au", "jp", "sa"].map((end) => [
        `https://crm.zoho.${end}`,
        [`https://*.zoho.${end}`],
      ]),
    ),
    source:
      "https://help.zoho.com/portal/en/kb/accounts/manage-your-zoho-account/articles/data-center-for-zoho-account",
    verified: false,
  },
  {
    name: "Pipedrive",
    sites: { "https://*.pipedrive.com": [] },
    source: null,
    verified: false,
  },
  {
    name: "Freshsales",
    sites: { "https://*.myfreshworks.com": [], "https://*.freshsales.io": [] },
    source: "https://community.freshworks.dev/t/constructing-the-right-domain-with-freshsales-suite/4768",
    verified: true,
  },
  {
    name: "Zendesk Sell",
    sites: { "https://app.futuresimple.com": ["https://*.futuresimple.com"] },
    source: null,
    verified: false,
  },
];

/** The origins of the frames that belong to a site, without those that it takes in itself. */
export function framesOf(site: string): string[] {
  const frames = vendors.flatMap(({ sites }) =>
    Object.entries(sites).flatMap(([pattern, frames]) => (covers(pattern, site) ? frames : [])),
  );
  return [...new Set(frames)].filter((frame) => !covers(site, frame));
}
