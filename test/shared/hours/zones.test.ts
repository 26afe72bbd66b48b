import * as esbuild from "esbuild";
import { describe, expect, it } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { regionOf } from "../../../shared/phone/phone.ts";
import { zonesOf } from "../../../shared/hours/zones.ts";
import { prefixesByZones, zonesByRegion } from "../../../shared/hours/zones-table.ts";

const of = (e164: string) => zonesOf(e164, regionOf(e164) ?? "").join(" ");

describe("the zones of a number", () => {
  const placed: [number: string, zones: string][] = [
    ["+12125550123", "America/New_York"],
    ["+14155550134", "America/Los_Angeles"],
    ["+13125550123", "America/Chicago"],
    ["+16025550123", "America/Phoenix"],
    ["+18085550123", "Pacific/Honolulu"],
    ["+14165550123", "America/Toronto"],
    ["+15065550123", "America/Halifax"],
    ["+61291234567", "Australia/Sydney"],
    ["+61891234567", "Australia/Adelaide Australia/Perth"],
    ["+74951234567", "Europe/Moscow"],
    ["+74012345678", "Europe/Kaliningrad"],
    ["+5511987654321", "America/Sao_Paulo"],
    ["+526641234567", "America/Tijuana"],
    ["+62211234567", "Asia/Jakarta"],
    ["+34928123456", "Atlantic/Canary"],
    ["+33123456789", "Europe/Paris"],
  ];
  it("are those of its first digits where it is bound to a place", () => {
    for (const [number, zones] of placed) expect([number, of(number)]).toEqual([number, zones]);
  });

  it("are all of its region's where it is bound to none: freephone, and mobiles in most countries", () => {
    const anywhere: [number: string, ...some: string[]][] = [
      ["+18005550100", "America/New_York", "Pacific/Honolulu"],
      ["+61412345678", "Australia/Perth", "Australia/Sydney"],
      ["+79161234567", "Asia/Kamchatka", "Europe/Kaliningrad"],
      ["+6281234567890", "Asia/Jakarta", "Asia/Jayapura"],
      ["+34600000000", "Atlantic/Canary", "Europe/Madrid"],
    ];
    for (const [number, ...some] of anywhere)
      for (const zone of some) expect(of(number).split(" "), number).toContain(zone);
  });

  it("are never those of another country under the same calling code", () => {
    expect(of("+18005550100")).not.toMatch(/Toronto|Guam|Jamaica/);
    expect(of("+77011234567")).toBe("Asia/Almaty Asia/Aqtobe");
    expect(of("+16715551234")).toBe("Pacific/Guam");
  });

  it("are none where nothing is known", () => {
    expect(zonesOf("+80012345678", "")).toEqual([]);
    expect(zonesOf("+9", "")).toEqual([]);
  });
});

it("every zone of the table is one that can be told the time of", () => {
  const names = [...Object.keys(prefixesByZones), ...Object.values(zonesByRegion)].flatMap((z) =>
    z.split("&"),
  );
  expect(new Set(names).size).toBeGreaterThan(200);
  for (const timeZone of new Set(names))
    expect(() => new Intl.DateTimeFormat("en", { timeZone }), timeZone).not.toThrow();
});

it("no page loads the table: what decides a verdict does without it", async () => {
  const { metafile } = await esbuild.build({
    entryPoints: [at("shared/check/verdict.ts")],
    bundle: true,
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs).join("\n");
  expect(inputs).toContain("shared/hours/holidays.ts");
  expect(inputs).not.toMatch(/zones|libphonenumber/);
});
