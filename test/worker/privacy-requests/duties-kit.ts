/** Shared by the tests of duties: what is owed of a request, as an officer reads it. */
import { read } from "./kit.ts";

const openDuties = async (token: string, id: string) =>
  (await read(token, id)).request.duties.filter(({ state }) => state === "open" || state === "overdue");

/** The kinds that are owed. */
export const kindsOwed = async (token: string, id: string): Promise<string[]> =>
  (await openDuties(token, id)).map(({ kind }) => kind).sort();

/** What is owed, by kind: "kind day", with the round after the first, and whether it is overdue. */
export const owedBy = async (token: string, id: string): Promise<string[]> =>
  (await openDuties(token, id))
    .map(({ kind, round, due, state }) =>
      [kind, ...(round > 1 ? [round] : []), due ?? "paused", ...(state === "overdue" ? [state] : [])].join(
        " ",
      ),
    )
    .sort();
