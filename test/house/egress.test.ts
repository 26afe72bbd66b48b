/** Nothing leaves but to a recipient of the policy: each file that sends a request, and where the recipient is wanted. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";

/** Files that reach other servers, each with the file that wants the recipient first. */
const wanted: Readonly<Record<string, string>> = {
  "connectors/http.ts": "connectors/crm.ts",
  "connectors/sign-in/code.ts": "connectors/sign-in/code.ts",
  "connectors/sign-in/oauth.ts": "connectors/crm.ts",
  "connectors/sign-in/revoke.ts": "connectors/sign-in/revoke.ts",
  "lookups/http.ts": "lookups/sources/index.ts",
  "mail/service.ts": "mail/service.ts",
  "people/oidc.ts": "people/sso.ts",
  "policy/resolver.ts": "policy/egress.ts",
  "providers/aircall/store.ts": "providers/aircall/store.ts",
  "providers/twilio/store.ts": "providers/twilio/store.ts",
  "storage/s3.ts": "storage/s3.ts",
  "trail/timestamp.ts": "trail/heads.ts",
  "webhooks/send.ts": "webhooks/send.ts",
};
const read = (file: string) => readFileSync(at("worker", file), "utf8");

it("each file of the Worker that sends a request wants a recipient first", () => {
  const files = readdirSync(at("worker"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith("cli/"))
    .filter((file) => /(?<![.\w])fetch\(|client\.fetch\(|import \* as oauth|\bconnect\(/.test(read(file)));
  expect(files.sort()).toEqual(Object.keys(wanted));
  for (const file of Object.values(wanted)) expect(read(file), file).toContain("wantRecipient(");
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
