/**
 * The desk's pages: their section, address, component and roles, in the navigation's order. The Worker decides who may do
 * what; the roles here only hide what it would refuse.
 */
import type { ComponentType } from "react";
import type { Role } from "../../../shared/people/api.ts";
import CallLogs from "../call-logs/CallLogs.tsx";
import CallLogsImport from "../call-logs/Import.tsx";
import Check from "../check/Check.tsx";
import Find from "../check/Find.tsx";
import Connector from "../connectors/Connector.tsx";
import Connectors from "../connectors/Connectors.tsx";
import Dials from "../dials/Dials.tsx";
import Consents from "../do-not-call/Consents.tsx";
import DoNotCall from "../do-not-call/DoNotCall.tsx";
import Parties from "../do-not-call/Parties.tsx";
import Mail from "../mail/Mail.tsx";
import Overview from "../overview/Overview.tsx";
import Reports from "../overview/reports/Reports.tsx";
import People from "../people/People.tsx";
import Person from "../people/Person.tsx";
import Policy from "../policy/Policy.tsx";
import Request from "../privacy-requests/Request.tsx";
import Requests from "../privacy-requests/Requests.tsx";
import Proof from "../proof/Proof.tsx";
import RecordingCertificate from "../recordings/Certificate.tsx";
import RecordingsImport from "../recordings/Import.tsx";
import Recording from "../recordings/Recording.tsx";
import Recordings from "../recordings/Recordings.tsx";
import Register from "../registers/Register.tsx";
import Registers from "../registers/Registers.tsx";
import Screening from "../screening/Screening.tsx";
import Trail from "../trail/Trail.tsx";
import Watching from "../watching/Watching.tsx";
import Work from "../jobs/Work.tsx";

export type Section =
  | "overview"
  | "check"
  | "lists"
  | "screening"
  | "do-not-call"
  | "consents"
  | "dials"
  | "watching"
  | "calls"
  | "recordings"
  | "reports"
  | "requests"
  | "connectors"
  | "policy"
  | "people"
  | "audit"
  | "proof"
  | "mail"
  | "work";

interface Place {
  section: Section;
  path: string;
  page: ComponentType;
  roles: readonly Role[];
  /** A page below its section's page: not in the navigation. */
  below?: true;
}

const staff: readonly Role[] = ["manager", "compliance", "admin"];

export const places: readonly Place[] = [
  { section: "overview", path: "/", page: Overview, roles: staff },
  { section: "check", path: "/check", page: Check, roles: staff },
  { section: "check", path: "/find", page: Find, roles: staff, below: true },
  { section: "lists", path: "/lists", page: Registers, roles: staff },
  { section: "lists", path: "/lists/:id", page: Register, roles: staff, below: true },
  { section: "screening", path: "/screening", page: Screening, roles: staff },
  { section: "do-not-call", path: "/do-not-call", page: DoNotCall, roles: staff },
  {
    section: "do-not-call",
    path: "/do-not-call/lines",
    page: Parties,
    roles: ["compliance", "admin"],
    below: true,
  },
  { section: "consents", path: "/consents", page: Consents, roles: staff },
  { section: "dials", path: "/dials", page: Dials, roles: staff },
  { section: "watching", path: "/watching/:tab?", page: Watching, roles: staff },
  { section: "calls", path: "/calls/import", page: CallLogsImport, roles: staff, below: true },
  { section: "calls", path: "/calls/:tab?", page: CallLogs, roles: staff },
  {
    section: "recordings",
    path: "/recordings/certificates/:id",
    page: RecordingCertificate,
    roles: staff,
    below: true,
  },
  {
    section: "recordings",
    path: "/recordings/import",
    page: RecordingsImport,
    roles: ["compliance", "admin"],
    below: true,
  },
  { section: "recordings", path: "/recordings/call/:id", page: Recording, roles: staff, below: true },
  { section: "recordings", path: "/recordings/:tab?", page: Recordings, roles: staff },
  { section: "reports", path: "/reports/:tab?", page: Reports, roles: staff },
  {
    section: "requests",
    path: "/requests/case/:id",
    page: Request,
    roles: ["compliance", "admin"],
    below: true,
  },
  { section: "requests", path: "/requests/:tab?", page: Requests, roles: staff },
  { section: "connectors", path: "/connectors", page: Connectors, roles: ["admin"] },
  { section: "connectors", path: "/connectors/:id", page: Connector, roles: ["admin"], below: true },
  { section: "policy", path: "/policy/:tab?", page: Policy, roles: staff },
  { section: "people", path: "/people", page: People, roles: staff },
  { section: "people", path: "/people/:id", page: Person, roles: staff, below: true },
  { section: "audit", path: "/audit/:tab?", page: Trail, roles: ["compliance", "admin"] },
  { section: "proof", path: "/proof", page: Proof, roles: ["compliance", "admin"] },
  { section: "mail", path: "/mail", page: Mail, roles: ["compliance", "admin"] },
  { section: "work", path: "/work", page: Work, roles: ["compliance", "admin"] },
];

export const placesOf = (role: Role) => places.filter((place) => place.roles.includes(role));
