/** Why something failed, in words that a person understands who has never seen a log. */
import { expect, it, vi } from "vitest";
import type { WorkKind } from "../../../../shared/jobs/api.ts";
import { sayWhat, sayWhy } from "../../../../extension/desk/jobs/why.ts";

// The desk's addresses listen to the window.
vi.hoisted(() =>
  Object.assign(globalThis, { addEventListener: () => {}, location: new URL("https://desk.example/") }),
);

const why = (kind: WorkKind, error: string | null) => sayWhy(kind, { error });

it.each<[WorkKind, string | null, string]>([
  ["erasure", null, "Nothing is on record of why."],
  ["erasure", "internal", "ClearDial itself failed. The server's log has more."],
  ["erasure", "s3: not configured", "It is not set up on the server."],
  ["erasure", "twilio: no answer in time", "It did not answer in time, or could not be reached."],
  ["erasure", "r2: network connection lost", "It did not answer in time, or could not be reached."],
  ["erasure", "aircall: still there", "It said that this was erased, and still had it."],
  ["erasure", "twilio: unexpected answer", "It answered in a way that ClearDial does not understand."],
  ["erasure", "s3: 403", "It did not accept ClearDial's credentials (403)."],
  ["erasure", "s3: 503", "It had a failure of its own (503)."],
  ["files", "s3-files: not configured", "It is not set up on the server."],
  ["files", "r2-copies: no answer in time", "It did not answer in time, or could not be reached."],
  [
    "files",
    "r2: no place of such a file",
    "By its record it lies where no file of a request may be, so that ClearDial leaves it alone.",
  ],
  ["mail", "429 slow down", "It was asked too often (429)."],
  ["mail", "550 no such mailbox", "It refused what it was sent (550)."],
  ["mail", "E_RECIPIENT_NOT_ALLOWED", "It said: E_RECIPIENT_NOT_ALLOWED"],
  ["marks", "zoho: no token, 400 invalid_grant", "It did not let ClearDial sign in. Connect it again."],
  ["marks", "hubspot: 404", "It does not know what it was asked for (404)."],
  ["webhooks", "no attempt has succeeded for 3 days", "No attempt has succeeded for 3 days."],
])("%s: %s", (kind, error, said) => expect(why(kind, error)).toBe(said));

it("an address that is no recipient is named, with where it is proposed", () => {
  expect(why("mail", "mail.example.com: not a recipient (mail) of the policy")).toBe(
    "The policy does not name mail.example.com as a recipient, so nothing was sent. Propose it under Policy, Who receives.",
  );
  expect(why("marks", "zoho: www.zohoapis.eu: not a recipient (connector) of the policy")).toContain(
    "does not name www.zohoapis.eu as",
  );
});

it("a host that leads into a private network, or nowhere, is named with what is wrong with it", () => {
  expect(why("marks", "rest: crm.example.com: it has an address that is not on the public internet")).toBe(
    "Nothing was sent to crm.example.com: it has an address that is not on the public internet.",
  );
  expect(why("mail", "mail.example.com: there is no such host, or it has no address")).toContain(
    "Nothing was sent to mail.example.com: there is no such host",
  );
});

it("a replaced file is looked at by two", () =>
  expect(why("erasure", "r2: another object")).toContain("Two people look at it"));

it("names a mail by its kind and a recording by its store; what nobody knows as it is", () => {
  expect(sayWhat("mail", { what: "list-age" })).toBe("Register is ageing");
  expect(sayWhat("mail", { what: "of-a-newer-server" })).toBe("of-a-newer-server");
  expect(sayWhat("erasure", { what: "r2" })).toBe("A recording in Cloudflare R2");
  expect(sayWhat("files", { what: "R-2026-0001 proof" })).toBe("Proof of identity, R-2026-0001");
  expect(sayWhat("files", { what: "R-2026-0001 newer" })).toBe("newer, R-2026-0001");
  expect(sayWhat("marks", { what: "Sales CRM" })).toBe("Sales CRM");
});
