/** An access request with two connected CRMs, from their runs to the copy: what each holds of the requester is in it, and where it came from. */
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { add, driven, run } from "../../connectors/drive.ts";
import { holding } from "../../connectors/held.ts";
import { doubleOf, fill } from "../../connectors/kit.ts";
import { copied } from "../export/zip.ts";
import { act, called, confirmAll, done, officer, read, tokens, verified, withTeam } from "../kit.ts";

withTeam();
afterEach(async () => {
  vi.unstubAllGlobals();
  await env.DB.prepare("DELETE FROM connectors").run();
});

/** Two systems at once: each answers at its own host. */
function both() {
  const hubspot = doubleOf("hubspot");
  const first = fetch;
  const espocrm = doubleOf("espocrm");
  const second = fetch;
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) =>
    (new Request(input, init).url.includes("hubapi.com") ? first : second)(input, init),
  );
  return {
    hubspot,
    espocrm,
    calls: { hubspot: holding(hubspot, "hubspot"), espocrm: holding(espocrm, "espocrm") },
  };
}

it("has of each system the records, calls, recordings, transcripts and region, and of the number its source, date and notice", async () => {
  driven.tokens = tokens;
  const { hubspot, espocrm, calls } = both();
  Object.assign(hubspot.setup.objects[0]!, {
    source: "origin",
    since: "origin_date",
    notice: "origin_notice",
  });
  Object.assign(espocrm.setup.objects[0]!, {
    source: "cOrigin",
    since: "cOriginDate",
    notice: "cOriginNotice",
  });
  const { number } = await called(tokens.admin);
  const [hers] = fill(hubspot, "hubspot", [
    { phone: number, origin: "A fair in Leeds", origin_date: "2026-03-04", origin_notice: "Notice 7" },
  ]);
  const [contact] = fill(espocrm, "espocrm", [
    {
      phoneNumber: number,
      cOrigin: "Their own web form",
      cOriginDate: "2026-05-06",
      cOriginNotice: "Notice 9",
    },
  ]);
  calls.hubspot.push({
    ...{ of: hers!, id: "501" },
    fields: { hs_call_recording_url: "https://x.example/a", hs_call_has_transcript: "true" },
  });
  calls.espocrm.push({ of: contact!, id: "65f0call00000001" });
  for (const [crm, kind] of [
    [hubspot, "hubspot"],
    [espocrm, "espocrm"],
  ] as const) {
    const { id } = await add(crm, kind);
    await run(id, true);
    await run(id, false);
  }
  const id = await verified(officer, number, { kind: "access" });
  await confirmAll(officer, id);
  await done(officer, id, "systems");
  const found = (await read(officer, id)).systems!;
  expect(found.map(({ kind, problem }) => `${kind} ${problem}`).sort()).toEqual([
    "espocrm null",
    "hubspot null",
  ]);
  await done(officer, id, "decide", { decision: "comply" });
  // A look alone does not say that they are theirs: no copy is made before an officer has, or it would lack them.
  expect(await act(officer, id, "export")).toMatchObject({ code: "request-wants", why: "given" });
  for (const one of found)
    await done(officer, id, `systems/${one.id}`, { outcome: "given", how: `printed from ${one.kind}` });
  const { data, said } = await copied(id);
  const system = (host: string) => data["systems"]!.find((one) => one["host"] === host)!;
  expect(system("api.hubapi.com")).toMatchObject({ region: "eu1", outcome: "given" });
  const held = (host: string) => JSON.stringify(system(host)["held"]);
  for (const part of [hers!, "501", "call", "recording", "transcript"])
    expect(held("api.hubapi.com")).toContain(part);
  for (const part of [contact!, "65f0call00000001", "call"]) expect(held("crm.example.com")).toContain(part);
  const own = JSON.stringify(data);
  for (const part of [
    "A fair in Leeds",
    "2026-03-04",
    "Notice 7",
    "Their own web form",
    "2026-05-06",
    "Notice 9",
  ]) {
    expect(own).toContain(part);
    expect(said("index.html")).toContain(part);
  }
});
