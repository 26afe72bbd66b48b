/** What a Worker of before writes, which binds nothing, as SQL. `n` is in each key, so that it may write again; `at` is in ISO 8601. */

/** Once, before the others. */
export const olderStart = (at: string): string[] => [
  `INSERT INTO people (id, name, email, role, created_at) VALUES ('ada', 'Ada', 'older-ada@example.com', 'admin', '${at}')`,
  `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at) VALUES (1, 'crm', 'rest', 'CRM', '{}', 'header', '', 'x', '${at}')`,
];

const recording = (id: string, at: string) =>
  `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region,
     erase_after, rule, months, announced, purpose, by, at)
   VALUES ('${id}', 'dialler', '${id}', '${id}', 442079460000, 'ann@example.com', 'outbound', '${at}', '2026-10-01', 1, 'r2', '${id}', 'GB',
     '2027-10-01', 'retention', 12, 1, 'quality', 'ada', '${at}')`;

/** What `evidence.names-adopted` and `evidence.words-adopted` adopt, with the request that they are of. */
export const olderNames = (n: number, at: string): string[] => [
  `INSERT INTO call_agents (agent, person, by, at) VALUES ('ext ${n}', 'ada', 'ada', '${at}')`,
  `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
   VALUES ('g${n}', 'w${n}', 'scan', 'r2-files', 'requests/g${n}', 'letter.pdf', 'application/pdf', 1, 'ada', '${at}')`,
  `INSERT OR REPLACE INTO words_due (request, whole, words, gone, after, until) VALUES ('w${n}', 1, '["dora d."]', '[]', 0, 9)`,
];

/** What `evidence.sent-adopted` adopts, with the statement of its day, which was made at the same moment. */
export const olderSent = (n: number, at: string): string[] => [
  `INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES ('2025-01-0${n}', '${at}', '${at}', 1, '', '')`,
  ...["crm.example.com", ""].map(
    (host) =>
      `INSERT INTO disclosures (day, kind, host, what, times, items) VALUES ('2025-01-0${n}', 'export', '${host}', 'copy', 1, 7)`,
  ),
];

/** What `evidence.ends-adopted` adopts, with the request and the connector that it is of. */
export const olderEnds = (n: number, at: string): string[] => [
  `INSERT INTO screenings (id, source, name, by, at) VALUES ('z${n}', 'desk', 'a.csv', 'ada', '${at}')`,
  `UPDATE screenings SET state = 'done', finished_at = '${at}', rows = 7 WHERE id = 'z${n}'`,
  `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
   VALUES ('o${n}', 'w${n}', 'scan', 'r2-files', 'requests/o${n}', 'copy.zip', 'application/zip', 1, 'ada', '${at}')`,
  `UPDATE request_files SET opened_at = '${at}' WHERE id = 'o${n}'`,
  `INSERT OR IGNORE INTO statements (day, ends_at, made_at, later, sha256, document) VALUES ('2025-02-0${n}', '${at}', '${at}', 1, '', '')`,
  `INSERT INTO request_asked (number, day, host, what, request, times, items) VALUES (442079460390, '2025-02-0${n}', 'crm.example.com', 'look', 'w${n}', 1, 2)`,
  `INSERT INTO canary_results (day, token, browser, layer, held, at) VALUES ('2025-02-0${n}', 't', '', 'link', 1, 'x')`,
  `INSERT INTO connector_runs (id, connector, trial, by, at, moved_at) VALUES ('v${n}', 1, 0, 'ada', '${at}', '${at}')`,
  `UPDATE connector_runs SET state = 'done', finished_at = '${at}', slice = 1, contacts = 7 WHERE id = 'v${n}'`,
];

/** What `evidence.rest-adopted` adopts, with the people, tokens, recordings and entries that it is of. */
export const olderRest = (n: number, at: string): string[] => [
  `INSERT INTO people (id, name, email, role, created_at) VALUES ('bob${n}', 'Bob', 'bob${n}@example.com', 'admin', '${at}')`,
  `INSERT INTO tokens (id, person, hash, device, created_at) VALUES ('t${n}', 'bob${n}', 'h${n}', '', '${at}')`,
  `INSERT INTO tokens_held (token, by, at) VALUES ('t${n}', 'ada', '${at}')`,
  recording(`r${n}`, at),
  recording(`s${n}`, at),
  ...["r", "s"].map(
    (of) =>
      `INSERT INTO recording_holds (id, recording, reason, review_on, by, at) VALUES ('h${of}${n}', '${of}${n}', 'a claim', '2099-01-01', 'ada', '${at}')`,
  ),
  `UPDATE recording_holds SET released_at = '${at}', released_by = 'ada', released_why = 'x' WHERE id = 'hs${n}'`,
  ...["p", "q"].map(
    (id) => `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at)
      VALUES ('${id}${n}', 'policy', 0, '[]', '[]', '', 'ada', '["admin"]', '${at}', '2999')`,
  ),
  `UPDATE proposals SET state = 'refused', settled_by = 'ada', settled_at = '${at}' WHERE id = 'q${n}'`,
  `INSERT INTO owners (id, prefix, at) VALUES ('f${n}', 'f${n}/', '${at}')`,
  `INSERT INTO letter_templates (kind, version, text, by, at) VALUES ('identity', ${n}, 'Who?', 'ada', '${at}')`,
  `INSERT INTO suppressions (id, number, kind, reason, source, by, at, scope) VALUES ('e${n}', 44207946000${n}, 'objection', 'x', 'agent', 'ada', '${at}', 'person')`,
  `INSERT INTO suppression_records (suppression, connector, object, record) VALUES ('e${n}', 1, 'contacts', '7')`,
];

/** What `evidence.facts-adopted` adopts, with the consent that it is of. */
export const olderFacts = (n: number, at: string): string[] => [
  `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, by, at)
   VALUES ('c${n}', 44207946001${n}, 'consent', 'Dora', '${at}', 'form', 'ada', '${at}')`,
  `INSERT INTO consent_uses (consent, ref, at, what) VALUES ('c${n}', 'd${n}', '${at}', 'attempt')`,
  `INSERT INTO parties (id, number, party, source, detail, by, at) VALUES ('y${n}', 44207946002${n}, 'company', 'officer', 'x', 'ada', '${at}')`,
  `INSERT INTO lookup_turns (list, at, source) VALUES (1, '${at}', 'data8')`,
  `INSERT INTO restricted (kind, ref, until, request) VALUES ('dial', '${n}', '2031-01-01', 'w${n}')`,
  `INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, by, at, rev)
   VALUES ('w${n}', 'w${n}', 'access', 'post', 'open', 'Dora', 442079460390, '2026-01-05', 30, '2026-02-05', 'ada', '${at}', 4)`,
  `INSERT INTO duties (id, request, kind, round, due, made_at)
   VALUES ('w${n}.decide.1', 'w${n}', 'decide', 1, '2026-02-05', '${at}')`,
  `INSERT INTO request_events (request, action, state, by, at) VALUES ('w${n}', 'created', 'open', 'ada', '${at}')`,
  `INSERT INTO request_items (request, kind, ref, at) VALUES ('w${n}', 'dial', '7', '${at}')`,
  `INSERT INTO request_letters (id, request, kind, text, how, sent_on, by, at)
   VALUES ('l${n}', 'w${n}', 'decision', 'No.', 'post', '2026-01-20', 'ada', '${at}')`,
  `INSERT INTO request_recipients (id, request, name, by, at) VALUES ('x${n}', 'w${n}', 'A dialler', 'ada', '${at}')`,
];
