/** Names of places and their codes. */
import { expect, it } from "vitest";
import { isStateOfUS, stateNamed } from "../../../shared/country/names.ts";

it("knows the states of the USA by their letters, of which most are in their names", () => {
  const states = {
    AL: "Alabama",
    AK: "Alaska",
    DC: "District of Columbia",
    ME: "Maine",
    NY: "New York",
    WY: "Wyoming",
  };
  for (const [code, name] of Object.entries(states))
    expect([code, isStateOfUS(code), stateNamed(name)]).toEqual([code, true, "US"]);
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  expect(letters.flatMap((a) => letters.filter((b) => isStateOfUS(a + b)))).toHaveLength(51);
});
