/** What is said of calls that no page saw, outside of the desk. English (United Kingdom). */
import { english, fill, plural } from "../language.ts";

/** Agents that a mail names. */
const NAMED = 20;
const t = {
  calls: { one: "{n} call was", other: "{n} calls were" },
  agent: { one: "{agent}: {n} call", other: "{agent}: {n} calls" },
  nobody: "an agent whom the log does not name",
  more: { one: "and {n} more", other: "and {n} more" },
};

/** What fills the daily mail about calls that were made although they were blocked. */
export function sayCallsDigest(rows: readonly { agent: string | null; calls: number }[]): {
  calls: string;
  agents: string;
} {
  const named = rows
    .slice(0, NAMED)
    .map(({ agent, calls }) => plural(english, t.agent, calls, { agent: agent ?? t.nobody }));
  const more = rows.length > NAMED ? [plural(english, t.more, rows.length - NAMED)] : [];
  return {
    calls: plural(
      english,
      t.calls,
      rows.reduce((sum, { calls }) => sum + calls, 0),
    ),
    agents: fill("{all}.", { all: [...named, ...more].join("; ") }),
  };
}
