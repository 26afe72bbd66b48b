/** The kinds of CRM. To add one: a file beside these, a row here, and its row in shared/connectors/kinds.ts. */
import type { ConnectorKind } from "../../../shared/connectors/kinds.ts";
import type { Connector, Kind, Setup, Vault } from "../connector.ts";
import { dynamics } from "./dynamics.ts";
import { espocrm } from "./espocrm.ts";
import { hubspot } from "./hubspot.ts";
import { type Waiting, wireTo } from "../http.ts";
import { pipedrive } from "./pipedrive.ts";
import { rest } from "./rest.ts";
import { salesforce } from "./salesforce.ts";
import { zoho } from "./zoho.ts";

const kinds: Readonly<Record<ConnectorKind, Kind>> = {
  hubspot,
  salesforce,
  pipedrive,
  zoho,
  dynamics,
  espocrm,
  rest,
};

/** A connected CRM. */
export function connectorOf(kind: ConnectorKind, setup: Setup, vault: Vault, waiting: Waiting): Connector {
  const { base, sign, open } = kinds[kind];
  return open(setup, wireTo(kind, base(setup.settings), sign(setup, vault, waiting.clock), waiting));
}
