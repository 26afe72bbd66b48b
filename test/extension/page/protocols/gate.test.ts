/** Before there is a judge, after there is none any more, and rows that are switched off. */
import { describe, expect, it, vi } from "vitest";
import { CANARY } from "../../../../shared/canary/number.ts";
import { openCallGate } from "../../../../extension/page/protocols/gate.ts";
import type { Start } from "../../../../extension/page/protocols/protocol.ts";
import { openSip } from "../../../../extension/page/protocols/sip.ts";
import { numbersIn } from "../../../../extension/page/protocols/twilio.ts";
import type { StartedCall } from "../../../../extension/page/protocols/endpoint.ts";

const call = (number: string, protocol = "sip"): StartedCall => ({
  protocol,
  carrier: "socket",
  numbers: [number],
  became: () => "waiting",
});
function world() {
  let [alive, time] = [true, 0];
  const orphaned = vi.fn();
  const gate = openCallGate({ alive: () => alive, orphaned, now: () => time });
  return { gate, orphaned, orphan: () => (alive = false), wait: (ms: number) => (time += ms) };
}

describe("the gate of calls", () => {
  it("keeps calls waiting until there is a judge, and asks it then", async () => {
    const { gate } = world();
    const [first, second] = [gate.judge(call("1")), gate.judge(call("2"))];
    gate.connect(({ numbers }) => (numbers[0] === "1" ? "go" : "refuse"), []);
    expect(await Promise.all([first, second])).toEqual(["go", "refuse"]);
    expect(gate.judge(call("1"))).toBe("go");
  });

  it("keeps 64 waiting at most, however long there is no judge, and no emergency call", () => {
    const { gate, wait } = world();
    const judged = vi.fn(() => "go" as const);
    const rulings = Array.from({ length: 65 }, (_, n) => {
      wait(1000);
      return gate.judge(call(String(n)));
    });
    expect(rulings.filter((ruling) => ruling === "refuse")).toEqual([rulings.at(-1)]);
    expect(gate.judge(call("999"))).toBe("go");
    gate.connect(judged, []);
    expect(judged).toHaveBeenCalledTimes(64);
  });

  it("refuses what its judge fails at", () => {
    const { gate } = world();
    const error = vi.spyOn(console, "error").mockReturnValue();
    gate.connect(() => {
      throw new Error("no such clause");
    }, []);
    expect(gate.judge(call("1"))).toBe("refuse");
    error.mockRestore();
  });

  it("lets the calls of a row pass that is switched off, from the next call on, and of no other", () => {
    const { gate } = world();
    gate.connect(() => "refuse", []);
    expect(gate.judge(call("1", "telnyx"))).toBe("refuse");
    gate.connect(() => "refuse", ["telnyx"]);
    expect([gate.judge(call("1", "telnyx")), gate.judge(call("1"))]).toEqual(["go", "refuse"]);
    // The layer is tried all the same.
    expect(gate.judge(call(CANARY, "telnyx"))).toBe("refuse");
    for (const numbers of [[CANARY, "1"], []])
      expect(gate.judge({ ...call("1", "telnyx"), numbers })).toBe("go");
  });

  it("refuses all once the extension is gone, and says so, but no emergency call", () => {
    const { gate, orphan, orphaned } = world();
    gate.connect(() => "go", []);
    orphan();
    expect(gate.judge(call("+441134960001"))).toBe("refuse");
    expect(orphaned).toHaveBeenCalledOnce();
    expect(gate.judge(call("999"))).toBe("go");
    // Behind an emergency number in another place.
    expect(gate.judge({ ...call("999"), numbers: ["999", "+441134960001"] })).toBe("refuse");
    // Nor behind one that reads as no number for its letters and blanks.
    for (const other of ["0113 496 0001", "tel 01134960001", "0-1-1-3"])
      expect(gate.judge({ ...call("999"), numbers: ["999", other] }), other).toBe("refuse");
    expect(gate.judge({ ...call("999"), numbers: [""] })).toBe("refuse");
  });

  it("holds no emergency call for what an app says beside its number: Twilio's unnamed parameters, Plivo's headers", () => {
    const { gate, orphan, orphaned } = world();
    const params = numbersIn("phone=999&leadId=5");
    const plivo = openSip().read(
      [
        "INVITE sip:112@phone.plivo.com SIP/2.0",
        ...["To: <sip:112@phone.plivo.com>", "X-PH-Id: agent-7", "Call-ID: c1", "", ""],
      ].join("\r\n"),
    ) as StartedCall & Start<string>;
    expect([params, plivo.numbers]).toEqual([
      ["999", ""],
      ["112", "agent-7"],
    ]);
    const emergency = [
      { ...call("999", "twilio"), numbers: params },
      { ...call("112"), numbers: plivo.numbers },
    ];
    // Without a judge, beyond the limit, and once the extension is gone.
    for (const one of emergency) expect(gate.judge(one)).toBe("go");
    gate.connect(() => "refuse", []);
    for (let i = 0; i < 121; i++) void gate.judge(call("1"));
    for (const one of emergency) expect(gate.judge(one)).toBe("go");
    orphan();
    for (const one of emergency) expect(gate.judge(one)).toBe("go");
    expect(orphaned).not.toHaveBeenCalled();
  });

  it("takes nothing for an emergency call that rings a name or another number beside one", () => {
    const sip = (user: string, to = user) =>
      [
        `INVITE sip:${user}@pbx SIP/2.0`,
        `To: <sip:${to}@pbx>`,
        `Call-ID: ${user}`,
        "Content-Length: 0",
        "",
        "",
      ].join("\r\n");
    const started = (text: string) => {
      const { numbers, rings = [] } = openSip().read(text) as Start<string>;
      return { ...call("999"), numbers, rings };
    };
    const twilio = (query: string) => ({ ...call("999", "twilio"), numbers: numbersIn(query) });
    const calls = [
      started(sip("anna.smith", "999")),
      started(sip("999") + sip("anna.smith")),
      ...[
        "０１１３４９６０００１",
        "٠١١٣٤٩٦٠٠٠١",
        "GETCARS911",
        "ＧＥＴＣＡＲＳ911",
        "%30%31%31%33496000%31",
      ].map((to) => twilio(`To=${encodeURIComponent(to)}&phone=${to.endsWith("911") ? 911 : 999}`)),
    ];
    const { gate, orphan } = world();
    const judge = vi.fn(() => "refuse" as const);
    gate.connect(judge, []);
    // The judge gets each number.
    for (const one of calls) expect(gate.judge(one)).toBe("refuse");
    expect(judge.mock.calls).toEqual(calls.map((one) => [one]));
    orphan();
    for (const one of calls) expect(gate.judge(one), one.numbers.join()).toBe("refuse");
    expect(gate.judge(started(sip("999", "anna.smith")))).toBe("go");
  });

  it("knows when a call was seen last, when one went last, and once that the last of those was ended", async () => {
    const { gate, wait } = world();
    expect([gate.lastCall(), gate.lastGone(), gate.hasEnded()]).toEqual([-Infinity, -Infinity, false]);
    gate.connect(({ numbers: [number] }) => (number === "1" ? "go" : Promise.resolve("refuse")), []);
    wait(1000);
    void gate.judge(call("1"));
    void gate.judge(call("1"));
    wait(1000);
    expect(await gate.judge(call("2"))).toBe("refuse");
    expect([gate.lastCall(), gate.lastGone()]).toEqual([2000, 1000]);
    gate.ended();
    expect(gate.hasEnded()).toBe(false);
    gate.ended();
    expect([gate.hasEnded(), gate.hasEnded()]).toEqual([true, false]);
  });

  it("is open on a site that was turned off, also for what waits", async () => {
    const { gate } = world();
    const waits = gate.judge(call("1"));
    gate.off();
    expect([await waits, gate.judge(call("2"))]).toEqual(["go", "go"]);
  });

  it("asks about 120 calls a minute at most: the others are refused, and leave no record", () => {
    const { gate, wait } = world();
    const judge = vi.fn(() => "refuse" as const);
    gate.connect(judge, []);
    for (let i = 0; i < 500; i++) expect(gate.judge(call(`+44113496${1000 + i}`))).toBe("refuse");
    expect(judge).toHaveBeenCalledTimes(120);
    wait(60_000);
    void gate.judge(call("1"));
    expect(judge).toHaveBeenCalledTimes(121);
  });

  it("lets an emergency call pass at once, and has it judged all the same, for its record", () => {
    const { gate } = world();
    const judge = vi.fn(() => "refuse" as const);
    expect(gate.judge(call("999"))).toBe("go");
    gate.connect(judge, []);
    expect(judge).toHaveBeenCalledOnce();
    const [[early]] = judge.mock.calls as unknown as [[StartedCall]];
    expect([early.numbers, early.became()]).toEqual([["999"], "go"]);
    // The judge knows where the telephones are.
    expect(gate.judge(call("15"))).toBe("refuse");
    expect(judge).toHaveBeenCalledTimes(2);
  });

  it("lets an emergency call go behind a code of its country's lines, before the policy is there and after the extension is gone", () => {
    const { gate, orphan } = world();
    const each = ["141999", "1470 999", "1831000"];
    for (const number of each) expect(gate.judge(call(number))).toBe("go");
    orphan();
    for (const number of each) expect(gate.judge(call(number))).toBe("go");
  });

  it("holds no emergency call on a page that dials in a loop", () => {
    const { gate } = world();
    gate.connect(() => "refuse", []);
    for (let i = 0; i < 200; i++) void gate.judge(call(`+44113496${1000 + i}`));
    expect(gate.judge(call("999"))).toBe("go");
  });

  it.each(["0671470112", "067365115", "18002116000", "1182116000", "067112", "18001112"])(
    "takes no number for an emergency call that begins as codes do: %s",
    (number) => {
      const { gate, orphan } = world();
      gate.connect(() => "refuse", []);
      expect(gate.judge(call(number))).toBe("refuse");
      orphan();
      expect(gate.judge(call(number))).toBe("refuse");
    },
  );
});
