/** docs/data-flow.md names every place in the code that sends something to a server, and the policy's own months. */
import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { at } from "../../scripts/lib/paths.ts";

const page = readFileSync(at("docs/data-flow.md"), "utf8");

it("each place that sends a request is on the page, and each file that it names sends one", () => {
  /** A request, a mail, an SFTP client, or wrangler. `ASSETS.fetch` is the Worker's own files. */
  const sends =
    /(?<![\w.]|function )fetch\(|client\.fetch\(|\.EMAIL!?\.send\(|new Sftp\(|await import\("wrangler"\)/;
  const files = globSync("{worker,extension,shared}/**/*.{ts,tsx}", { cwd: at() });
  const sending = files.filter((path) =>
    sends.test(readFileSync(at(path), "utf8").replace(/^\s*(?:\/\/|\/\*\*|\*).*$/gm, "")),
  );
  const named = [...page.matchAll(/`((?:worker|extension)\/[\w/-]+\.ts)`/g)].map(([, path]) => path!);
  expect(sending.length).toBeGreaterThan(10);
  expect([...new Set(named)].sort()).toEqual(sending.sort());
});

it("each period of the policy is there, with its default", () => {
  const said = Object.fromEntries(
    [...page.matchAll(/`((?:retention|recording|requests)\.\w+)` \((\d+)\)/g)].map(([, name, n]) => [
      name!,
      Number(n),
    ]),
  );
  const { retention, recording, requests } = defaultPolicy;
  expect(said).toEqual({
    ...Object.fromEntries(Object.entries(retention).map(([name, n]) => [`retention.${name}`, n])),
    "recording.retentionMonths": recording.retentionMonths,
    "requests.proofKeptDays": requests.proofKeptDays,
  });
});

it("each number of the picture has its row, and each row its number", () => {
  const picture = page.slice(page.indexOf("```mermaid"), page.indexOf("## Inside"));
  const drawn = new Set([...picture.matchAll(/\|(\d+)(?:: [^|]*)?\|/g)].map(([, n]) => Number(n)));
  const rows = new Set([...page.matchAll(/^\| (\d+)\. /gm)].map(([, n]) => Number(n)));
  expect([...drawn].sort((a, b) => a - b)).toEqual([...rows].sort((a, b) => a - b));
});
