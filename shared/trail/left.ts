/** What a row of which an earlier release erased fields has instead of its seed: their hashes, and the salts of the others. */
interface Left {
  leaves: Readonly<Record<string, string>>;
  salts: Readonly<Record<string, string>>;
}

/** By what is no such thing, as somebody altered it, no field fits. */
export function leftIn(json: string): Left {
  try {
    const { leaves, salts } = JSON.parse(json) as Record<keyof Left, unknown>;
    return { leaves: textsIn(leaves), salts: textsIn(salts) };
  } catch {
    return { leaves: {}, salts: {} };
  }
}

const textsIn = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([name, text]) => (typeof text === "string" ? [[name, text]] : [])),
  );
