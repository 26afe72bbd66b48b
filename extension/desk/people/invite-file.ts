/** A CSV file of people to invite: name, e-mail and perhaps role, in any order under headings, or in this one without. */
import type { Person, Role } from "../../../shared/people/api.ts";
import { wholeCsv } from "../../../shared/screening/csv.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";

export interface InviteLine {
  /** In the file, from 1. */
  line: number;
  name: string;
  email: string;
  /** Empty where the file says none. */
  role: string;
  /** The heading of its role is “Role”. */
  headed: boolean;
}

const headings = {
  name: /^(name|full name|display name)$/i,
  email: /^(e-?mail|e-?mail address|mail|user principal name|upn)$/i,
  role: /^role$/i,
};

/** The lines that are not empty. Throws BrokenTable. */
export function readInvites(csv: string): InviteLine[] {
  const rows = wholeCsv(csv).map((cells, i) => ({ line: i + 1, cells: cells.map((cell) => cell.trim()) }));
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const first = filled[0]?.cells ?? [];
  const at = (name: keyof typeof headings) => first.findIndex((cell) => headings[name].test(cell));
  const headed = at("email") !== -1;
  const places = headed
    ? { name: at("name"), email: at("email"), role: at("role") }
    : { name: 0, email: 1, role: 2 };
  return filled.slice(headed ? 1 : 0).map(({ line, cells }) => ({
    line,
    name: cells[places.name] ?? "",
    email: cells[places.email] ?? "",
    role: cells[places.role] ?? "",
    headed,
  }));
}

/** What a line comes to. */
export interface PlannedInvite {
  line: number;
  name: string;
  email: string;
  /** Null where there is no such role. */
  role: Role | null;
  /** Why it is not sent; null where it is. */
  wrong: string | null;
}

const roles = Object.entries(rolesEn) as [Role, string][];
const words = deskPeopleEn.many.wrong;
/** The first that is so is said. */
const faultNames = ["role", "email", "there", "left", "twice", "heading"] as const;

/** `usual` is the role of lines that say none. A line never changes what somebody who is or was here may do. */
export function planInvites(
  lines: readonly InviteLine[],
  usual: Role,
  people: readonly Person[],
): PlannedInvite[] {
  /** Whether they have access, by address. */
  const known = new Map<string, boolean>();
  for (const { email, active } of people) if (email !== null) known.set(email.toLowerCase(), active);
  const seen = new Set<string>();
  return lines.map(({ line, name, email, role: said, headed }) => {
    const role = said === "" ? usual : roleOf(said);
    const address = email.toLowerCase();
    const faults = {
      role: role === null,
      email: !/^[^\s@]+@[^\s@]+$/.test(email),
      there: known.get(address) === true,
      left: known.get(address) === false,
      twice: seen.has(address),
      heading: said !== "" && role !== "agent" && !headed,
    };
    seen.add(address);
    const fault = faultNames.find((name) => faults[name]);
    return { line, name: name || email, email, role, wrong: fault ? words[fault] : null };
  });
}

function roleOf(said: string): Role | null {
  const small = said.toLowerCase();
  return roles.find(([id, label]) => id === small || label.toLowerCase() === small)?.[0] ?? null;
}
