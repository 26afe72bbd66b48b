import { expect, it } from "vitest";
import {
  callOf,
  type CallsOtherwise,
  guessCalls,
  linesOf,
  momentOf,
} from "../../../shared/call-logs/file.ts";

const otherwise: CallsOtherwise = { provider: "pbx", direction: "outbound", zone: "utc" };
const read = (headings: string[], cells: string[]) => callOf(cells, guessCalls(headings), otherwise);

it("a log's columns are found by their names, and a line is a call", () => {
  const headings = ["Call-ID", "Start Time", "dialledNumber", "Talk time", "Call Direction", "User Email"];
  expect(
    read(headings, ["7", "25/11/2026 09:05", "'020 7946 0958", "1:02:03", "Incoming", "ann@example.com"]),
  ).toEqual({
    ...{ provider: "pbx", providerId: "7", number: "020 7946 0958", agent: "ann@example.com" },
    ...{ direction: "inbound", startedAt: "2026-11-25T09:05:00.000Z", seconds: 3723 },
  });
});

it("what a line does not say is left out, and what cannot be read goes as it is", () => {
  expect(read(["to", "date", "duration"], ["withheld", "yesterday", "long"])).toEqual({
    ...{ provider: "pbx", number: "", direction: "outbound", startedAt: "yesterday", seconds: "long" },
  });
  expect(read(["to", "date", "agent"], ["1", "2026-11-25", ""])).not.toHaveProperty("agent");
});

it("the kind of call has a heading of its own: what diallers call a campaign is a name", () => {
  const headings = ["to", "date", "Kind of call", "Campaign"];
  expect(read(headings, ["1", "2026-11-25", "Automated", "Spring"])).toMatchObject({ campaign: "automated" });
  expect(read(["to", "date", "Campaign"], ["1", "2026-11-25", "Spring"])).not.toHaveProperty("campaign");
  // A telephone system's own words: no row is refused for them.
  expect(read(["to", "date", "Call kind"], ["1", "2026-11-25", "External"])).not.toHaveProperty("campaign");
});

it("blank lines are no lines, and the others keep their places", () => {
  expect(linesOf([[""], ["to", "date"], [" "], [" 1 ", "2"]])).toEqual({
    headings: ["to", "date"],
    lines: [{ line: 4, cells: ["1", "2"] }],
  });
});

it("a day that there is not is no other day", () => {
  for (const written of ["31/02/2026 10:15", "2026-02-29 10:15", "2026-04-31T10:15:00Z"])
    expect(momentOf(written, "utc")).toBe(written);
  for (const written of ["28/02/2026 10:15", "2026-02-28T10:15:00Z", "Sat, 28 Feb 2026 10:15:00 GMT"])
    expect(momentOf(written, "utc")).toBe("2026-02-28T10:15:00.000Z");
});

it("a caller ID is the number shown of an outgoing call, and of an incoming one whoever called", () => {
  const headings = ["customer", "date", "direction", "Caller ID", "Presentation number"];
  const shown = (...cells: string[]) =>
    (read(headings, ["07700 900123", "2026-11-25", ...cells]) as { presentation?: string }).presentation;
  expect(shown("out", "020 7946 0958", "")).toBe("020 7946 0958");
  expect(shown("in", "07700 900123", "")).toBeUndefined();
  // A column of that name alone is the number of ours that was called.
  expect(shown("in", "07700 900123", "020 7946 0958")).toBe("020 7946 0958");
  expect(shown("out", "withheld", "")).toBe("withheld");
  expect(shown("out", "unknown", "")).toBeUndefined();
});

it("how a call ended, the number that it showed and the dialler's campaign are read, and made up nowhere", () => {
  const headings = ["to", "date", "Disposition", "CLI", "Campaign"];
  const said = (...cells: string[]) => {
    const { outcome, presentation, campaignName } = read(headings, ["1", "2026-11-25", ...cells]) as Record<
      string,
      unknown
    >;
    return [outcome, presentation, campaignName];
  };
  expect(said("Abandoned", "'020 7946 0958", "Spring")).toEqual(["abandoned", "020 7946 0958", "Spring"]);
  expect(said("INFORMATION_MESSAGE", "Anonymous", "")).toEqual(["message", "withheld", undefined]);
  expect(said("Silent call", "unknown", "")).toEqual(["silent", undefined, undefined]);
  for (const no of [
    "Do not call",
    "DNC",
    "do_not_call",
    "Don’t call again",
    "Opted out",
    "Refused",
    "Removed from list",
  ])
    expect([no, said(no, "", "")[0]]).toEqual([no, "do-not-call"]);
  for (const no of ["Not interested", "NOT_INTERESTED", "Offer declined", "Said no"])
    expect([no, said(no, "", "")[0]]).toEqual([no, "refused"]);
  // It may be the call that a telephone declined.
  for (const other of ["Declined", "Rejected", "No answer", "Busy"])
    expect(said(other, "", "")[0]).toBeUndefined();
  // A telephone system's word for what a machine or a switchboard answered, or nobody: no agent spoke.
  for (const word of ["NO ANSWER", "Completed", "Connected", "Busy", "Answering machine"])
    expect(said(word, "", "")).toEqual([undefined, undefined, undefined]);
  // Where telephone systems put the agent's extension.
  expect(read(["to", "date", "from"], ["1", "2026-11-25", "101"])).not.toHaveProperty("presentation");
});
