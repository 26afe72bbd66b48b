/** Nothing leaves but to a recipient of the policy: each file that sends a request, and where the recipient is wanted. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

/** Files that reach other servers, each with the file that wants the recipient first. */
const wanted: Readonly<Record<string, string>> = {
  "connectors/http.ts": "connectors/crm.ts",
  "connectors/sign-in/code.ts": "connectors/sign-in/code.ts",
  "connectors/sign-in/oauth.ts": "connectors/sign-in/oauth.ts",
  "connectors/sign-in/revoke.ts": "connectors/sign-in/revoke.ts",
  "lookups/http.ts": "lookups/sources/index.ts",
  "mail/service.ts": "mail/service.ts",
  "people/oidc.ts": "people/oidc.ts",
  "policy/resolver.ts": "policy/egress.ts",
  "providers/aircall/store.ts": "providers/aircall/store.ts",
  "providers/twilio/store.ts": "providers/twilio/store.ts",
  "storage/s3.ts": "storage/s3.ts",
  "trail/timestamp.ts": "trail/heads.ts",
  "webhooks/send.ts": "webhooks/send.ts",
};
/** Requests to a host that no recipient covers, by file, each with the reason. Docs/recipients.md lists them. */
const ours: Readonly<Record<string, string>> = {
  "providers/aircall/store.ts": "the audio's address, of Aircall's own answer: it is sent nothing",
};
/** Requests in one file that go to several hosts: how many there are, each wanted by itself. */
const requests: Readonly<Record<string, number>> = { "providers/aircall/store.ts": 2 };
const read = (file: string) => readFileSync(at("worker", file), "utf8");
const SENDS = /(?<![.\w])fetch\(|client\.fetch\(|oauth\s*\.\w+Request\(/g;

it("each file of the Worker that sends a request wants a recipient first", () => {
  const files = readdirSync(at("worker"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith("cli/"))
    .filter((file) => /(?<![.\w])fetch\(|client\.fetch\(|import \* as oauth|\bconnect\(/.test(read(file)));
  expect(files.sort()).toEqual(Object.keys(wanted));
  // A CRM's hosts are wanted by wantCrm, which a vault's `reach` calls.
  for (const file of Object.values(wanted))
    expect(read(file), file).toMatch(/\b(wantRecipient|wantCrm|vault\.reach)\(/);
});

it("each further request of a file, and each to a host that is no recipient, is listed with its reason", () => {
  for (const file of Object.keys(wanted)) {
    const sent =
      read(file)
        .replace(/^\s*\/\/.*$/gm, "")
        .match(SENDS)?.length ?? 0;
    // oidc.ts: the document and the tokens by the library, through the one fetch; wantPublic comes beside wantRecipient there.
    const most = file === "people/oidc.ts" ? 3 : (requests[file] ?? 1);
    expect(sent, file).toBe(most);
    const isOurs = file !== "people/oidc.ts" && read(file).includes("wantPublic(");
    expect(isOurs, file).toBe(file in ours);
  }
  for (const why of Object.values(ours)) expect(why.length).toBeGreaterThan(20);
});

it("no request follows a redirect, which could lead to a host that is no recipient", () => {
  // oauth4webapi follows none.
  const own = Object.keys(wanted).filter((file) => !/import \* as oauth/.test(read(file)));
  const counted = (file: string, what: RegExp) => read(file).match(what)?.length ?? 0;
  for (const file of own)
    expect(counted(file, /\bredirect: "manual"/g), file).toBe(
      counted(file, /(?<![.\w])fetch\(|client\.fetch\(/g),
    );
});
