/** Audio that no call explains is told of; every other audio is its call's. */
import { expect, it, vi } from "vitest";
import { OFFERS } from "../../../../extension/page/main-world-events.ts";
import { AFTER_MS, BEFORE_MS, openOffers } from "../../../../extension/page/protocols/offers.ts";
import { Clock } from "../../clock.ts";

function world() {
  const clock = new Clock();
  const channel = new EventTarget();
  let last: number | null = null;
  const offers = openOffers(channel, {
    lastCall: () => last,
    now: () => clock.now,
    later: clock.later,
    signal: new AbortController().signal,
  });
  const tell = vi.fn();
  const until = new AbortController();
  offers.connect(tell, until.signal);
  return {
    ...{ clock, tell, until },
    calls: () => (last = clock.now),
    offers: () => channel.dispatchEvent(new Event(OFFERS)),
  };
}

it("an offer around which nobody called is told of, once for all that a page offers meanwhile", () => {
  const { clock, tell, offers } = world();
  for (let i = 0; i < 3; i++) offers();
  clock.turn(AFTER_MS - 1);
  expect(tell).not.toHaveBeenCalled();
  clock.turn(1);
  expect(tell).toHaveBeenCalledOnce();
  offers();
  clock.turn(AFTER_MS);
  expect(tell).toHaveBeenCalledTimes(2);
});

it("a call explains it, before it or after", () => {
  const before = world();
  before.calls();
  before.clock.turn(BEFORE_MS);
  before.offers();
  before.clock.turn(AFTER_MS);
  expect(before.tell).not.toHaveBeenCalled();
  before.offers();
  before.clock.turn(AFTER_MS);
  expect(before.tell).toHaveBeenCalledOnce();

  const after = world();
  after.offers();
  after.clock.turn(AFTER_MS - 1);
  after.calls();
  after.clock.turn(1);
  expect(after.tell).not.toHaveBeenCalled();
});

it("nobody is told once the site is turned off", () => {
  const { clock, tell, until, offers } = world();
  offers();
  until.abort();
  clock.turn(AFTER_MS);
  expect(tell).not.toHaveBeenCalled();
});
