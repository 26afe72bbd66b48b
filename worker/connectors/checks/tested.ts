/** The test of a set-up: what the first page of each kind has, and whether our fields take what is written. */
import type { ConnectorTest } from "../../../shared/connectors/api.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import type { Env } from "../../env.ts";
import { currentPolicy } from "../../policy/current.ts";
import { SetupError } from "../connector.ts";
import { crmOf } from "../crm.ts";
import { wordsOf } from "../failures.ts";
import { realTime } from "../http.ts";
import { isInvalid, numbersIn } from "../judge.ts";
import { absentIn, numberless } from "./achieved.ts";
import { proveSetup } from "./prove.ts";
import { type ConnectorRow, setupOf } from "../rows.ts";

export async function tested(env: Env, row: ConnectorRow): Promise<ConnectorTest> {
  const { policy } = await currentPolicy(env.DB);
  const setup = setupOf(row);
  const kinds: ConnectorTest["kinds"] = [];
  const sum = (of: "contacts" | "numbers") => kinds.reduce((total, one) => total + one[of], 0);
  try {
    const crm = await crmOf(env, row, realTime);
    const unread: string[] = [];
    for (const [n, object] of setup.objects.entries()) {
      const { name } = object;
      const { contacts, next } = await crm.page(`${n}:`);
      const found = contacts.flatMap((contact) => numbersIn(contact, policy));
      const numbers = found.filter((one) => one.numbers.length > 0 || isInvalid(one)).length;
      const absent = absentIn(contacts);
      kinds.push({
        ...{ name, contacts: contacts.length, numbers, proved: false },
        ...(absent.length > 0 && { absent }),
      });
      const none = numberless(row.kind, object, absent);
      // Where there is another page of the kind, that one may have them: a run reads all.
      const isMore = async () => next?.startsWith(`${n}:`) && (await crm.page(next)).contacts.length > 0;
      if (none !== null && !(await isMore())) unread.push(none);
    }
    if (unread.length > 0) throw new SetupError(unread.join("; "));
    const day = dayOf(Date.now(), zoneOfPolicy(policy));
    const proved = await proveSetup(env.DB, row, crm, day, false);
    for (const one of kinds) one.proved = proved.includes(one.name);
    const none = sum("contacts") === 0 && proved.length === 0;
    const error = none
      ? `${row.kind}: no record was read of ${kinds.map(({ name }) => name).join(", ")}`
      : null;
    return { ok: error === null, error, contacts: sum("contacts"), numbers: sum("numbers"), kinds };
  } catch (error) {
    return { ok: false, error: wordsOf(error), contacts: sum("contacts"), numbers: sum("numbers"), kinds };
  }
}
