/**
 * What the law asks of the office: entries that wait for a person, rules that nobody looked up for long, registers that it
 * wants, the number to show.
 */
import { registersOf, registersOn } from "../../../shared/law/registers.ts";
import { rulesOld } from "../../../shared/law/sources.ts";
import type { WaitingAnswer } from "../../../shared/overview/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { overviewEn } from "../../../shared/texts/overview/desk.en.ts";
import { countryName } from "../../ui/countries.ts";
import { linkTo } from "../parts/location.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { byAdmin, byPolicy, type Todo } from "./todo.ts";

const words = overviewEn.todos;

const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** `now` in milliseconds since the epoch. Old rules change no verdict: they are for administrators to look up again. */
export const lawTodos = (
  lists: readonly RegisterHead[],
  policy: Policy,
  { admin, now }: { admin: boolean; now: number },
): Todo[] => [
  ...(policy.identity.presentationNumber === null ? [todo("presentation", "identity")] : []),
  ...undeclared(lists, policy, dayOf(now)),
  ...(admin ? oldRules(dayOf(now)) : []),
];

/** Where each kind of entry that waits for a person is settled. */
const settled = {
  consents: linkTo("/consents", { state: "review" }),
  scopes: linkTo("/do-not-call", { asks: "yes" }),
  tasks: linkTo("/requests/systems"),
};
type Waiting = keyof typeof settled;

/**
 * Entries that wait for a person. Objections and tasks are for compliance officers and administrators to settle, consents for
 * those who may record them. An older Worker counts no tasks.
 */
export const waitingTodos = (
  waiting: Partial<Pick<WaitingAnswer, Waiting>>,
  may: Record<Waiting, boolean>,
): Todo[] =>
  (Object.keys(settled) as Waiting[]).flatMap((which): Todo[] => {
    const n = waiting[which] ?? 0;
    const { title, text, do: label } = words[which];
    if (n === 0 || !may[which]) return [];
    const link = settled[which];
    return [{ id: `waiting.${which}`, tone: "bad", title: plural(texts, title, n), text, link, label }];
  });

function todo(id: "presentation", group: string): Todo {
  const { title, text, do: label } = words[id];
  return { id, tone: "bad", by: byPolicy, title, text, link: linkTo("/policy", { at: group }), label };
}

/** Registers that the laws of the company's countries want, and that are not set up under the id that they are known by. */
function undeclared(lists: readonly RegisterHead[], { numbers }: Policy, today: string): Todo[] {
  const { title, text, do: label } = words.undeclared;
  const todos = [...new Set([numbers.defaultRegion, ...numbers.alsoRegions])].flatMap((region) =>
    registersOf(region)
      .filter(({ id }) => registersOn(region, today).has(id) && !lists.some((list) => list.id === id))
      .map(({ id, name }): Todo => {
        const values = { list: name, id, country: countryName(region) };
        return {
          ...{
            id: `undeclared.${id}`,
            tone: "bad",
            by: byAdmin,
            title: fill(title, values),
            text: fill(text, values),
          },
          ...{ link: linkTo("/lists"), label },
        };
      }),
  );
  // The laws of several countries may want the same one.
  return [...new Map(todos.map((todo) => [todo.id, todo])).values()];
}

function oldRules(today: string): Todo[] {
  const old = rulesOld(today);
  if (old.length === 0) return [];
  const { title, text, do: label } = words.oldRules;
  const ids = old.map(({ id }) => id);
  const said = new Intl.ListFormat(texts.language).format(ids.slice(0, 10));
  return [
    {
      ...{ id: "rules", tone: "warn", title: plural(texts, title, old.length) },
      ...{ text: fill(text, { rules: ids.length > 10 ? `${said} …` : said }), link: linkTo("/check"), label },
    },
  ];
}
