/** The address by which another number is dialled: of the same program, read back for every row of the tables. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kindOf, parseDialAddress } from "../../../shared/dials/address.ts";
import { dialRules, readDial } from "../../../shared/dials/read.ts";
import { schemes } from "../../../shared/dials/schemes.ts";
import { sites } from "../../../shared/dials/sites.ts";
import { dialAddressOf } from "../../../shared/dials/write.ts";

const NUMBER = "+441134960142";

describe("instead of the number that was clicked", () => {
  it.each([
    // As each vendor's document writes it.
    ["tel:0113 496 0001", "tel:+441134960142"],
    ["TEL:0113", "TEL:+441134960142"],
    ["web+tel:0113", "web+tel:+441134960142"],
    ["sip:01134960001@pbx.example;transport=tls?subject=x", "sip:+441134960142@pbx.example;transport=tls"],
    ["callto://01134960001", "callto://+441134960142"],
    ["zoomphonecall://01134960001?callerid=1001", "zoomphonecall://+441134960142"],
    ["ciscotel:01134960001", "ciscotel:+441134960142"],
    ["msteams:/l/call/0/0?users=4:01134960001", "msteams:/l/call/0/0?users=4:%2B441134960142"],
    [
      "https://teams.microsoft.com/l/call/0/0?users=4:01134960001",
      "https://teams.microsoft.com/l/call/0/0?users=4:%2B441134960142",
    ],
    ["rcapp://r/call?number=01134960001", "rcapp://r/call?number=%2B441134960142"],
    ["dialpad://01134960001?launchMinimode=1", "dialpad://+441134960142"],
    ["skype:01134960001?call", "skype:+441134960142?call"],
    ["iax:user@pbx.example/01134960001?x", "iax:user@pbx.example/+441134960142"],
    ["facetime-audio://01134960001", "facetime-audio://+441134960142"],
  ])("a call by %s goes by %s", (address, instead) => {
    expect(dialAddressOf(NUMBER, "call", address)).toBe(instead);
  });

  it.each([
    ["sms:01134960001?body=Hello", "sms:+441134960142"],
    ["https://wa.me/01134960001?text=Hello", "https://wa.me/441134960142"],
    ["whatsapp://send?phone=01134960001&text=a", "whatsapp://send?phone=441134960142"],
    ["https://t.me/+1134960001", "https://t.me/+441134960142"],
    ["tg://resolve?phone=1134960001", "tg://resolve?phone=441134960142"],
    ["sgnl://signal.me/#p/+1134960001", "sgnl://signal.me/#p/+441134960142"],
    ["https://signal.me/#p/+1134960001", "https://signal.me/#p/+441134960142"],
    ["viber://chat?number=%2B1134960001", "viber://chat?number=%2B441134960142"],
    ["skype:01134960001?chat", "skype:+441134960142?chat"],
  ])("a message by %s goes by %s", (address, instead) => {
    expect(dialAddressOf(NUMBER, "message", address)).toBe(instead);
  });

  it("goes by tel: and sms: where a program is not listed, is the policy's, or was a call button", () => {
    for (const address of [null, "acme:01134960001", "https://example.com/call", ""]) {
      expect(dialAddressOf(NUMBER, "call", address)).toBe("tel:+441134960142");
      expect(dialAddressOf(NUMBER, "message", address)).toBe("sms:+441134960142");
    }
  });

  it("is never a message instead of a call, nor the other way round", () => {
    expect(dialAddressOf(NUMBER, "call", "https://wa.me/01134960001")).toBe("tel:+441134960142");
    expect(dialAddressOf(NUMBER, "message", "tel:01134960001")).toBe("sms:+441134960142");
  });
});

describe("every row of the tables", () => {
  const rows = [
    ...Object.entries(schemes).flatMap(([name, each]) => each.map((row) => [`${name}:`, row] as const)),
    ...Object.entries(sites).flatMap(([host, each]) => each.map((row) => [`https://${host}/`, row] as const)),
  ].filter(([, { kind }]) => kind !== "none");

  it.each(rows)("%s %j can be written, and is read back as the number", (before, row) => {
    const address = before + (row.like ?? (before === "iax:" ? "pbx.example/1" : ""));
    const { medium } = parseDialAddress(address)!;
    const instead = dialAddressOf(NUMBER, medium, address);
    expect(kindOf(instead)?.row).toBe(row);
    expect(instead.startsWith(before)).toBe(true);
    expect(parseDialAddress(instead)).toMatchObject({ written: NUMBER, medium });
    expect(() => new URL(instead)).not.toThrow();
  });
});

const cases = readFileSync(new URL("cases.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
it("whatever was clicked, the number is read back, and the medium", () => {
  const rules = dialRules(null);
  let same = 0;
  for (const line of cases) {
    const address = JSON.parse(`"${line.split("\t")[2]}"`) as string;
    const target = readDial(address, rules);
    if (!target) continue;
    const { medium } = target;
    const instead = dialAddressOf(NUMBER, medium, address);
    // The browser's parser changes nothing of it that we read.
    for (const way of [instead, new URL(instead).href])
      expect(parseDialAddress(way), address).toMatchObject({ written: NUMBER, medium });
    if (!/^(?:tel|sms):\+/.test(instead)) same++;
  }
  expect(same).toBeGreaterThan(150);
});
