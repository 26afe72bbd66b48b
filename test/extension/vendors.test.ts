import * as z from "zod";
import { expect, it } from "vitest";
import { framesOf, vendors } from "../../extension/vendors.ts";
import { siteRules } from "../../extension/page/guard/site-rules.ts";
import { covers, readSite } from "../../shared/policy/sites.ts";

it("every vendor's row is whole, and what was verified says where", () => {
  const site = z.string().refine((text) => readSite(text) === text && text.startsWith("https://"));
  const row = z.strictObject({
    name: z.string().min(3),
    sites: z.record(site, z.array(site)),
    source: z.url().nullable(),
    verified: z.boolean(),
  });
  for (const vendor of vendors) {
    expect(row.safeParse(vendor).error?.issues ?? [], vendor.name).toEqual([]);
    expect(Object.keys(vendor.sites).length, vendor.name).toBeGreaterThan(0);
    expect(vendor.verified && vendor.source === null, vendor.name).toBe(false);
  }
  expect(new Set(vendors.map(({ name }) => name)).size).toBe(vendors.length);
});

it("whose call buttons are known has a row as well", () => {
  const sites = vendors.flatMap((vendor) => Object.keys(vendor.sites));
  for (const { name, hosts } of siteRules)
    expect(
      hosts.some((host) => sites.some((s) => s.endsWith(host) || covers(s, `https://${host}`))),
      name,
    ).toBe(true);
});

it.each([
  ["https://northfold.lightning.force.com", "https://*.my.salesforce.com"],
  ["https://*.lightning.force.com", "https://*.vf.force.com"],
  ["https://app.hubspot.com", "https://*.hubspot.com"],
  ["https://northfold.crm11.dynamics.com", "https://*.powerapps.com"],
  ["https://crm.zoho.eu", "https://*.zoho.eu"],
])("the pages of %s hold frames of %s", (site, frame) => expect(framesOf(site)).toContain(frame));

it("no site is its own frame, none has another country's, and others have none", () => {
  expect(framesOf("https://*.lightning.force.com")).not.toContain("https://*.lightning.force.com");
  expect(framesOf("https://crm.zoho.eu")).toEqual(["https://*.zoho.eu"]);
  expect(framesOf("https://northfold.pipedrive.com")).toEqual([]);
  expect(framesOf("https://crm.example.com")).toEqual([]);
  expect(framesOf("https://badlightning.force.com.example")).toEqual([]);
});
