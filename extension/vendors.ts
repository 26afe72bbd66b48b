/**
 * CRMs that many companies use, with the origins of the frames in their pages: turning on the site turns these on too,
 * in one question of Chrome's. One row for each vendor. A CRM on a company's own server, such as EspoCRM or SuiteCRM,
 * has one origin and needs no row. Frames of other origins are found in the open page and offered
 * (`background/sites/tab-frames.ts`).
 */
import { covers } from "../shared/policy/sites.ts";

export interface Vendor {
  name: string;
  /** The vendor's sites, each with the origins of the frames in its pages. */
  sites: Readonly<Record<string, readonly string[]>>;
  /** A document that names the row's hosts; null where the row rests on hearsay. */
  source: string | null;
  /** True once each host was found in that document, or seen in use. */
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

/** The origins of the frames in a site's pages, without those that the site's own pattern covers. */
export function framesOf(site: string): string[] {
  const frames = vendors.flatMap(({ sites }) =>
    Object.entries(sites).flatMap(([pattern, frames]) => (covers(pattern, site) ? frames : [])),
  );
  return [...new Set(frames)].filter((frame) => !covers(site, frame));
}
