/** Connectors that fail, and those whose sign-in or secret ends soon, or nobody said when. */
import type { ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import { kinds, SIGN_IN_ENDS } from "../../../shared/connectors/kinds.ts";
import { SECRET_ENDS, secretEndsOn } from "../../../shared/connectors/settings.ts";
import { DAY } from "../../../shared/core/time.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { errorOf, statusOf } from "../connectors/status.ts";
import { linkTo } from "../parts/location.ts";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import type { Todo } from "./todo.ts";

export function connectorTodos(
  { connectors }: Pick<ConnectorsAnswer, "connectors">,
  now = Date.now(),
): Todo[] {
  const { todo, signIn, secret } = deskConnectorsEn;
  return connectors.flatMap((connector): Todo[] => {
    const { id, name } = connector;
    const of = (tone: Todo["tone"], title: string, text: string): Todo[] => [
      {
        id: `connector.${id}`,
        tone,
        title: fill(title, { name }),
        text,
        link: linkTo(`/connectors/${id}`),
        label: todo.do,
      },
    ];
    // By the Worker's own word it would be "nothing": it asks no CRM to which nobody has signed in.
    if (connector.active && connector.signIn?.at === null && !connector.signIn.over)
      return of("bad", signIn.out, signIn.outText);
    if (statusOf(connector) === "failing")
      return of("bad", todo.title, fill(todo.text, { error: errorOf(connector) }));
    const endsAt = connector.signIn?.endsAt ?? null;
    if (endsAt !== null && Date.parse(endsAt) < now + SIGN_IN_ENDS * DAY)
      return of("warn", signIn.ends, fill(signIn.endsText, { date: sayTime(endsAt) }));
    const endsOn = secretEndsOn(connector.setup.settings);
    if (endsOn === undefined)
      return connector.active && kinds[connector.kind].settings.some(({ asked }) => asked)
        ? of("warn", secret.unsaid, secret.unsaidText)
        : [];
    const words = { date: sayDate(texts, endsOn) };
    // A secret is good on its last day.
    const left = Date.parse(endsOn) + DAY - now;
    return left < 0
      ? of("bad", secret.over, fill(secret.overText, words))
      : left < (SECRET_ENDS[0] + 1) * DAY
        ? of("warn", secret.ends, fill(secret.endsText, words))
        : [];
  });
}
