/**
 * What needs attention, from the Worker's answers on registers, recordings, requests, watched numbers, connectors, policy,
 * mail and invites, and from the trail's last verification in this browser.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { monthsLater } from "../../../shared/core/calendar.ts";
import { ageInDays, maxAgeOf } from "../../../shared/registers/age.ts";
import type { CanaryState } from "../../../shared/canary/api.ts";
import type { ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import type { WorkAnswer } from "../../../shared/jobs/api.ts";
import type { InvitesAnswer } from "../../../shared/people/api.ts";
import type { Person } from "../../../shared/people/api.ts";
import type { RecipientsAnswer } from "../../../shared/policy/api-recipients.ts";
import type { PolicyAnswer, ProposalsAnswer } from "../../../shared/policy/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { sayHost } from "../../../shared/policy/recipients.ts";
import { reviewersOf } from "../../../shared/policy/reviewers.ts";
import type { RequestFigures } from "../../../shared/privacy-requests/api.ts";
import type { RecordingsState } from "../../../shared/recordings/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import type { WaitingAnswer } from "../../../shared/overview/api.ts";
import { overviewEn } from "../../../shared/texts/overview/desk.en.ts";
import { deskProposalsEn } from "../../../shared/texts/policy/desk-proposals.en.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { watchEn } from "../../../shared/texts/watching/desk.en.ts";
import type { WatchAnswer } from "../../../shared/watching/api.ts";
import { ApiError } from "../../ui/api.ts";
import { useApi } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { useMay, useMe } from "../parts/me.ts";
import { fill, plural, sayDate, texts } from "../parts/texts.ts";
import { alarmCount, alarmText, recordingAlarms } from "../recordings/Alarms.tsx";
import { sayDays, statusOf } from "../registers/status.ts";
import { lastVerified, type Verified } from "../trail/Verify.tsx";
import { lawTodos, waitingTodos } from "./law-todos.ts";
import { canaryTodos } from "./canary-todos.ts";
import { connectorTodos } from "./connector-todos.ts";
import { byAdmin, byPolicy, type Todo } from "./todo.ts";
import {
  callsTodos,
  clockTodos,
  copyTodos,
  databaseTodos,
  jobTodos,
  putOffTodos,
  workTodos,
} from "./work-todos.ts";

const words = overviewEn.todos;

/** `now` in milliseconds since the epoch. */
function registerTodos(lists: RegisterHead[], policy: Policy, now: number): Todo[] {
  return lists.flatMap((list): Todo[] => {
    const status = statusOf(list, policy, now);
    if (status === "fine" || status === "lookup") return [];
    const says = words[status];
    const left = maxAgeOf(list, policy) - (list.asOf === null ? 0 : ageInDays(list.asOf, now));
    return [
      {
        id: `register.${list.id}`,
        tone: status === "stale" || status === "never" ? "bad" : "warn",
        by: status === "off" ? byPolicy : byAdmin,
        title: fill(says.title, { list: list.name }),
        text: fill(says.text, { days: sayDays(left) }),
        link: status === "off" ? linkTo("/policy", { at: "screening" }) : linkTo(`/lists/${list.id}`),
        label: says.do,
      },
    ];
  });
}

function policyTodos({ identity, review }: Policy, now: number): Todo[] {
  const todos: Todo[] = [];
  const noContact = identity.address === "" && identity.freephone === "";
  const missing = identity.company !== "" ? noContact && "contact" : noContact ? "both" : "company";
  if (missing)
    todos.push({
      id: "identity",
      tone: "bad",
      by: byPolicy,
      title: words.identity.title,
      text: fill(words.identity.text, { what: words.missing[missing] }),
      link: linkTo("/policy", { at: "identity" }),
      label: words.identity.do,
    });
  const link = linkTo("/policy", { at: "review" });
  if (review.lastReviewed === null) {
    const { title, text, do: label } = words.neverReviewed;
    todos.push({ id: "review", tone: "warn", by: byPolicy, title, text, link, label });
  } else if (Date.parse(monthsLater(review.lastReviewed, review.everyMonths)) <= now) {
    const { title, text, do: label } = words.review;
    const months = plural(texts, policyEn.months, review.everyMonths);
    const said = fill(text, { date: sayDate(texts, review.lastReviewed), months });
    todos.push({ id: "review", tone: "warn", by: byPolicy, title, text: said, link, label });
  }
  return todos;
}

function mailTodos({ via, failed }: MailAnswer): Todo[] {
  const todos: Todo[] = [];
  if (failed > 0)
    todos.push({
      id: "mail.failed",
      tone: "bad",
      title: plural(texts, words.failedMail.title, failed),
      text: words.failedMail.text,
      link: linkTo("/mail", { state: "failed" }),
      label: words.failedMail.do,
    });
  const { title, text, do: label } = words.noMail;
  if (via === null) todos.push({ id: "mail.none", tone: "warn", title, text, link: linkTo("/mail"), label });
  return todos;
}

function trailTodos(last: Verified | null): Todo[] {
  if (last === null || last.ok) return [];
  const { title, text, do: label } = words.chain;
  const said = fill(text, { at: last.brokenAt });
  return [{ id: "trail", tone: "bad", title, text: said, link: linkTo("/audit"), label }];
}

/** Hosts that received data before the policy named who does, and hosts that it does not name. An older Worker names no such. */
function recipientTodos({
  undescribed,
  refused = [],
}: Omit<RecipientsAnswer, "refused"> & Partial<RecipientsAnswer>): Todo[] {
  const todo = (
    which: "undescribed" | "refused",
    tone: Todo["tone"],
    them: RecipientsAnswer["refused"],
  ): Todo[] => {
    if (them.length === 0) return [];
    const { title, text, do: label } = words[which];
    const hosts = new Intl.ListFormat(texts.language).format([
      ...new Set(them.map(({ host, kind }) => sayHost(host, kind))),
    ]);
    const link = linkTo("/policy", { at: "recipients" });
    const said = { title: plural(texts, title, them.length), text: fill(text, { hosts }), link, label };
    return [{ id: which === "refused" ? "recipients.refused" : "recipients", tone, by: byPolicy, ...said }];
  };
  return [...todo("refused", "bad", refused), ...todo("undescribed", "warn", undescribed)];
}

function inviteTodos({ invites }: InvitesAnswer): Todo[] {
  if (invites.length === 0) return [];
  const { title, text, do: label } = words.unjoined;
  const said = plural(texts, title, invites.length);
  return [{ id: "invites", tone: "warn", by: byAdmin, title: said, text, link: linkTo("/people"), label }];
}

/** Where requests' files, copies and the archive are refused: found out before somebody's time runs. An older Worker names no places. */
const placeTodos = ({ places = [] }: RecordingsState): Todo[] =>
  places.flatMap(({ purpose, allowed }): Todo[] => {
    if (allowed) return [];
    const { title, text, do: label } = recordingsEn.noPlace;
    const what = recordingsEn.placesWithin[purpose];
    const link = linkTo("/recordings/stores");
    return [
      {
        id: `place.${purpose}`,
        tone: purpose === "archive" ? "warn" : "bad",
        title: fill(title, { what }),
        text,
        link,
        label,
      },
    ];
  });

function recordingTodos(state: RecordingsState): Todo[] {
  return recordingAlarms.flatMap(({ alarm, tone, link }): Todo[] => {
    const n = alarmCount(alarm, state);
    if (n === 0) return [];
    const { title, do: label } = recordingsEn.alarms[alarm];
    const text = alarmText(alarm, state);
    return [{ id: `recordings.${alarm}`, tone, title: plural(texts, title, n), text, link, label }];
  });
}

/** Managers see only the figures: checking objections is an officer's task. */
function requestTodos(figures: RequestFigures, officer: boolean): Todo[] {
  const todo = (which: keyof typeof deskRequestsEn.todos, tone: Todo["tone"], link: string): Todo[] => {
    const { title, text, do: label } = deskRequestsEn.todos[which];
    const n = figures[which];
    return n === 0
      ? []
      : [{ id: `requests.${which}`, tone, title: plural(texts, title, n), text, link, label }];
  };
  return [
    ...todo("overdue", "bad", linkTo("/requests", { show: "overdue" })),
    ...(officer ? todo("unchecked", "warn", linkTo("/requests/objections")) : []),
  ];
}

function watchTodos(
  { unseen, hooksFailing, hooksPlain = 0, hooksPlainUntil: until = null }: WatchAnswer,
  mayHooks: boolean,
): Todo[] {
  const { todo, hookTodo, plainTodo } = watchEn;
  const todos: Todo[] = [];
  if (unseen > 0)
    todos.push({
      id: "watching",
      tone: "bad",
      title: plural(texts, todo.title, unseen),
      text: todo.text,
      link: linkTo("/watching", { seen: "false" }),
      label: todo.do,
    });
  if (mayHooks && hooksFailing > 0)
    todos.push({
      id: "webhooks",
      tone: "bad",
      title: plural(texts, hookTodo.title, hooksFailing),
      text: hookTodo.text,
      link: linkTo("/watching/webhooks"),
      label: hookTodo.do,
    });
  if (mayHooks && hooksPlain > 0)
    todos.push({
      id: "webhooks-plain",
      tone: "warn",
      title: plural(texts, plainTodo.title, hooksPlain),
      text: [plainTodo.text, ...(until ? [fill(plainTodo.until, { day: sayDate(texts, until) })] : [])].join(
        " ",
      ),
      link: linkTo("/watching/webhooks"),
      label: plainTodo.do,
    });
  return todos;
}

const isMissing = (error: Error): boolean => error instanceof ApiError && error.problem?.code === "not-found";

/** An older Worker names nobody. */
const mayReview = ({ consents }: Partial<Policy>, { role }: Person): boolean =>
  consents !== undefined && reviewersOf(consents.recordedBy).includes(role);

/** Of proposals that this person may approve, or that count by themselves unless somebody refuses them. */
function proposalTodos({ proposals }: ProposalsAnswer, { id, role }: Person): Todo[] {
  const mine = proposals.filter(({ by, roles, alone }) => by !== id && (roles.includes(role) || alone));
  const { title, text, do: label } = deskProposalsEn.todo;
  if (mine.length === 0) return [];
  const link = linkTo("/policy/proposals");
  return [{ id: "proposals", tone: "warn", title: plural(texts, title, mine.length), text, link, label }];
}

/** Asks for everything at once, except what the person's role may not see. */
export function useTodos() {
  const { workerUrl, person } = useMe();
  const mayMore = useMay("compliance", "admin");
  const isAdmin = useMay("admin");
  const queries = useQueryClient();
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists");
  const policy = useApi<PolicyAnswer>("/v1/policy");
  const invites = useApi<InvitesAnswer>("/v1/invites");
  const recordings = useApi<RecordingsState>("/v1/recordings/state");
  const requests = useApi<RequestFigures>("/v1/requests/figures");
  const watching = useApi<WatchAnswer>("/v1/watch");
  const waiting = useApi<WaitingAnswer>("/v1/waiting");
  const proposals = useApi<ProposalsAnswer>("/v1/proposals");
  const connectors = useApi<ConnectorsAnswer>(isAdmin ? "/v1/connectors" : null);
  const mail = useApi<MailAnswer>(mayMore ? "/v1/mail?limit=1" : null);
  const work = useApi<WorkAnswer>(mayMore ? "/v1/work" : null);
  const canary = useApi<CanaryState>(mayMore ? "/v1/canary" : null);
  const recipients = useApi<RecipientsAnswer>("/v1/recipients");
  const verified = useQuery({ queryKey: ["verified"], queryFn: () => lastVerified(workerUrl) });
  const asked = [
    ...[lists, policy, invites, recordings, requests, watching, waiting, proposals, recipients],
    ...(isAdmin ? [connectors] : []),
    ...(mayMore ? [mail, work, canary] : []),
  ];
  const now = Date.now();
  const todos = [
    ...(requests.data ? requestTodos(requests.data, mayMore) : []),
    ...(lists.data && policy.data ? registerTodos(lists.data.lists, policy.data.policy, now) : []),
    ...(lists.data && policy.data
      ? lawTodos(lists.data.lists, policy.data.policy, { admin: isAdmin, now })
      : []),
    ...(waiting.data && policy.data
      ? waitingTodos(waiting.data, {
          scopes: mayMore,
          tasks: mayMore,
          consents: isAdmin || mayReview(policy.data.policy, person),
        })
      : []),
    ...(watching.data ? watchTodos(watching.data, mayMore) : []),
    ...(connectors.data ? connectorTodos(connectors.data) : []),
    ...(recordings.data ? [...recordingTodos(recordings.data), ...placeTodos(recordings.data)] : []),
    ...(policy.data ? policyTodos(policy.data.policy, now) : []),
    ...(recipients.data ? recipientTodos(recipients.data) : []),
    ...(proposals.data ? proposalTodos(proposals.data, person) : []),
    ...(mail.data ? mailTodos(mail.data) : []),
    ...(canary.data ? canaryTodos(canary.data) : []),
    ...(waiting.data
      ? [...clockTodos(waiting.data, mayMore), ...callsTodos(waiting.data), ...databaseTodos(waiting.data)]
      : []),
    ...(work.data
      ? [...jobTodos(work.data), ...workTodos(work.data), ...putOffTodos(work.data), ...copyTodos(work.data)]
      : []),
    ...(mayMore ? trailTodos(verified.data ?? null) : []),
    ...(invites.data ? inviteTodos(invites.data) : []),
  ];
  // Failures come before warnings.
  todos.sort((a, b) => Number(a.tone === "warn") - Number(b.tone === "warn"));
  return {
    todos,
    lists: lists.data?.lists,
    policy: policy.data,
    pending: asked.some((query) => query.isPending),
    // An older Worker has no route for what came since.
    errors: asked.flatMap(({ error }) => (error === null || isMissing(error) ? [] : error)),
    again: () => void queries.refetchQueries({ predicate: (query) => query.state.status === "error" }),
  };
}
