/**
 * Call buttons that dial inside the page, by WebRTC or a telephone system, without an address that could be read. One
 * row for each, from public descriptions; `verified` once it was tried on the real site.
 */

export interface SiteRule {
  name: string;
  /** The site's host, or what it ends with. */
  hosts: string[];
  /** What is clicked to call. */
  button: string;
  /** What holds the number: the button, or something in the nearest element around it. */
  number: string;
  /** Where the selectors come from. */
  source: string;
  verified: boolean;
}

export const siteRules: readonly SiteRule[] = [
  {
    name: "HubSpot",
    hosts: ["hubspot.com"],
    button: '[data-icon-name="calling"], [data-test-id="call-button"]',
    number: '[data-selenium-test="property-input-phone"], [data-test-id="phone-number"]',
    source:
      "https://github.com/ringcentral/hubspot-embeddable-ringcentral-phone (src/configs), and public test pages with property-input-phone",
    verified: false,
  },
  {
    name: "Salesforce Lightning, click-to-dial",
    hosts: ["lightning.force.com", "my.salesforce.com", "visual.force.com"],
    button: "lightning-click-to-dial a, lightning-click-to-dial[data-dial]",
    number: "lightning-click-to-dial a, lightning-click-to-dial",
    source: "https://developer.salesforce.com/docs/component-library/bundle/lightning-click-to-dial",
    verified: false,
  },
  {
    name: "Dynamics 365, phone field of a form",
    hosts: ["dynamics.com"],
    button: '[id$=".fieldControl-phone-action-icon"], [data-id$=".fieldControl-phone-action-icon"]',
    number: 'input[type="tel"], input[data-id*="phone"]',
    source:
      "element ids of the unified interface in public Selenium tests (….fieldControl-phone-action-icon)",
    verified: false,
  },
  {
    name: "Zoho CRM",
    hosts: ["crm.zoho.com", "crm.zoho.eu", "crm.zoho.in", "crm.zoho.com.au"],
    button: '[id^="subvalue_PHONE" i], [id^="subvalue_MOBILE" i]',
    number: '[id^="subvalue_PHONE" i], [id^="subvalue_MOBILE" i]',
    source: "element ids of the record page in public browser tests (subvalue_Phone, subvalue_PHONE)",
    verified: false,
  },
  {
    name: "Pipedrive",
    hosts: ["pipedrive.com"],
    button: '[data-test="phone-number-button"]',
    number: '[data-test="phone-number-button"]',
    source: "https://github.com/ringcentral/pipedrive-embeddable-ringcentral-phone-spa (src/configs)",
    verified: false,
  },
];
