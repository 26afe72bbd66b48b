/** Where ClearDial's words of consents go: the fields that a set-up names for them. */
import type { ConnectorRequest } from "../../../shared/connectors/api.ts";
import { hostOf } from "../kinds/index.ts";

export interface Place {
  host: string;
  object: string;
  field: string;
}

export const placesOf = ({ kind, setup }: Pick<ConnectorRequest, "kind" | "setup">): Place[] =>
  setup.objects.flatMap(({ name, consentOut }) =>
    consentOut === undefined ? [] : [{ host: hostOf(kind, setup), object: name, field: consentOut }],
  );

/** Those that are not among others. */
export const beyond = <P extends Place>(places: readonly P[], others: readonly Place[]): P[] =>
  places.filter(
    (one) =>
      !others.some(
        ({ host, object, field }) => one.host === host && one.object === object && one.field === field,
      ),
  );
