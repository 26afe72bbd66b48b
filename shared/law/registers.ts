/** Which registers a region's rules name, and when. */
import { knownRegisters, regions } from "./regions.ts";
import type { Day, KnownRegister } from "./rules.ts";

/** Those of a region: its own, and another's that its rules name, as the Crown dependencies' do the TPS. */
export function registersOf(region: string): readonly KnownRegister[] {
  const { registers = [], rules = [] } = regions[region] ?? {};
  const named = rules.flatMap((rule) => rule.registers ?? []).map((id) => knownRegisters[id]!);
  return [...new Set([...registers, ...named])];
}

/** The ids of those that a region's rules name on a day. */
export const registersOn = (region: string, day: Day): ReadonlySet<string> =>
  new Set(
    (regions[region]?.rules ?? [])
      .filter(({ from = "", until = "9" }) => from <= day && day < until)
      .flatMap(({ registers = [] }) => registers),
  );

/** Whether every rule that names a register is over by a day. */
export function hasEnded(id: string, day: Day): boolean {
  const naming = Object.values(regions)
    .flatMap(({ rules }) => rules)
    .filter(({ registers }) => registers?.includes(id));
  return naming.length > 0 && naming.every(({ until = "9" }) => until <= day);
}
