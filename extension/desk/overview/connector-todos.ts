/** Connectors that fail, and those whose sign-in ends soon. */
import type { ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import { SIGN_IN_ENDS } from "../../../shared/connectors/kinds.ts";
import { DAY } from "../../../shared/core/time.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { errorOf, statusOf } from "../connectors/status.ts";
import { linkTo } from "../parts/location.ts";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import type { Todo } from "./todo.ts";

export function connectorTodos(
  { connectors }: Pick<ConnectorsAnswer, "connectors">,
  now = Date.now(),
): Todo[] {
  const { todo, signIn } = deskConnectorsEn;
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
    return endsAt !== null && Date.parse(endsAt) < now + SIGN_IN_ENDS * DAY
      ? of("warn", signIn.ends, fill(signIn.endsText, { date: sayTime(endsAt) }))
      : [];
  });
}
