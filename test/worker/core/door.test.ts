/** Unauthenticated writes are rate-limited by the sender's network. */
import { expect, it } from "vitest";
import { call } from "../helpers.ts";

const tries = async (path: string, address: string, n: number) => {
  const headers = { "cf-connecting-ip": address };
  const body = { code: "cdi_guess", name: "Eve", email: "eve@example.com" };
  const codes: Record<string, number> = {};
  let wait: string | null = null;
  for (let i = 0; i < n; i++) {
    const { data, headers: answered } = await call("POST", path, { headers, body });
    const { code } = data as { code: string };
    codes[code] = (codes[code] ?? 0) + 1;
    wait = answered.get("retry-after") ?? wait;
  }
  return { ...codes, wait };
};

it.each([
  ["/v1/join", "invite-unknown"],
  ["/v1/setup", "wrong-setup-code"],
  ["/v1/sso", "invalid"],
])("%s has 60 tries a minute for a network, and others do not wait for it", async (path, code) => {
  const net = `203.0.113.${path.length}`;
  // A minute may end in between, and then the count starts again.
  const answers = (await tries(path, net, 130)) as Record<string, number | string | null>;
  expect(answers["too-many-tries"]).toBeGreaterThanOrEqual(10);
  expect(answers[code]).toBeGreaterThanOrEqual(60);
  expect(answers["wait"]).toBe("60");
  expect(await tries(path, "198.51.100.7", 1)).toEqual({ [code]: 1, wait: null });
});

it("counts an IPv6 network as one, and not who only asks", async () => {
  let refused = 0;
  for (let i = 0; i < 130; i++)
    if ("too-many-tries" in (await tries("/v1/join", `2001:db8:aa:bb:${i.toString(16)}::1`, 1))) refused++;
  // As above, a minute may end in between.
  expect(refused).toBeGreaterThanOrEqual(10);
  const same = { "cf-connecting-ip": "2001:db8:aa:bb::1" };
  expect((await call("GET", "/v1/health", { headers: same })).status).toBe(200);
  expect((await call("GET", "/v1/sso", { headers: same })).status).toBe(200);
});
