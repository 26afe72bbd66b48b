import { describe, expect, it } from "vitest";
import { covers, readSite } from "../../../shared/policy/sites.ts";

describe("a site", () => {
  it.each([
    ["https://crm.example.com", "https://crm.example.com"],
    [" HTTPS://CRM.example.com/contacts?id=1 ", "https://crm.example.com"],
    ["https://crm.example.com:8443/", "https://crm.example.com:8443"],
    ["http://localhost:8788", "http://localhost:8788"],
    ["https://*.crm.example.com:8443/*", "https://*.crm.example.com:8443"],
    ["https://*.lightning.force.com", "https://*.lightning.force.com"],
    ["https://*.Example.co.uk/", "https://*.example.co.uk"],
  ])("%s is kept as %s", (text, site) => expect(readSite(text)).toBe(site));

  it.each([
    "",
    "crm.example.com",
    "https://",
    "https://*",
    "https://*.com",
    "https://*.192.168.0.1",
    "https://crm.*.com",
    "https://*crm.example.com",
    "*://crm.example.com",
    "ftp://crm.example.com",
    "https://me:secret@crm.example.com",
    "javascript:alert(1)",
  ])("%s is none", (text) => expect(readSite(text)).toBeNull());
});

it.each([
  ["https://*.force.com", "https://a.lightning.force.com", true],
  ["https://*.force.com", "https://force.com", true],
  ["https://*.force.com", "https://a.force.com:8443", true],
  ["https://*.force.com:8443", "https://a.force.com", false],
  ["https://*.force.com", "https://*.lightning.force.com", true],
  ["https://*.force.com", "https://*.force.com", true],
  ["https://*.lightning.force.com", "https://*.force.com", false],
  ["https://*.force.com", "http://a.force.com", false],
  ["https://*.force.com", "https://badforce.com", false],
  ["https://force.com", "https://*.force.com", false],
  ["https://force.com", "https://a.force.com", false],
  ["https://force.com", "https://force.com:8443", true],
  ["https://force.com:8443", "https://force.com", false],
  ["https://*.force.com", "null", false],
])("%s takes in %s: %s", (site, other, does) => expect(covers(site, other)).toBe(does));
