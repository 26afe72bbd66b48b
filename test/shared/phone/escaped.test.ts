/** Text that somebody left as JSON has it: a backslash with its letter is the character that it means. */
import { describe, expect, it } from "vitest";
import { findPhones } from "../../../shared/phone/phone.ts";

const JSON_TEXT = String.raw;
const found = (text: string, region = "GB") => findPhones(text, region).map(({ e164 }) => e164);
const LEEDS = "+441134960142";
const LONDON = "+442079460958";

describe("escapes in a text", () => {
  it.each([
    [JSON_TEXT`{\"phone\":\"01134960142\"}`, [LEEDS]],
    [JSON_TEXT`{\\\"phone\\\":\\\"01134960142\\\"}`, [LEEDS]],
    [JSON_TEXT`"Leeds\n01134960142\nask for Ann"`, [LEEDS]],
    [JSON_TEXT`"Leeds\t0113 496 0142\tAnn"`, [LEEDS]],
    [JSON_TEXT`"0113 496 0142\n020 7946 0958"`, [LEEDS, LONDON]],
    [JSON_TEXT`"0113 496 0142\r\n\r\nTel020 7946 0958\r\n"`, [LEEDS, LONDON]],
    [JSON_TEXT`{"phone":"\u002B442079460958"}`, [LONDON]],
    [JSON_TEXT`\u002B44 20 7946 0958\n\u002b44 113 496 0142`, [LONDON, LEEDS]],
    [JSON_TEXT`"ring 020\u00a07946\u00a00958 today"`, [LONDON]],
    [JSON_TEXT`"020\/7946 0958"`, [LONDON]],
    [JSON_TEXT`"\nOrder no. 020 7946 0958"`, []],
    [JSON_TEXT`C:\02079460958\x`, []],
    [JSON_TEXT`C:\orders\02079460958`, []],
  ])("%s", (text, e164s) => {
    expect(found(text)).toEqual(e164s);
  });

  it("are not in the number as it is written", () => {
    const text = JSON_TEXT`{"phone":"\u002B44 20\u00a07946 0958"}`;
    const [phone] = findPhones(text, "GB");
    expect(phone).toMatchObject({ e164: LONDON, written: "+44 20\u00a07946 0958" });
    expect(text.slice(phone!.start, phone!.end)).toBe(JSON_TEXT`\u002B44 20\u00a07946 0958`);
  });
});
