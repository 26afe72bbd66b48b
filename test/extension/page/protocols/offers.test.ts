/** Audio that no call explains is told of; every other audio is its call's. */
import { expect, it, vi } from "vitest";
import { OFFERS } from "../../../../extension/page/main-world-events.ts";
import { AFTER_MS, BEFORE_MS, openOffers } from "../../../../extension/page/protocols/offers.ts";
import { Clock } from "../../clock.ts";

function world() {
  const clock = new Clock();
  const channel = new EventTarget();
  let [last, gone, ended] = [-Infinity, -Infinity, false];
  const offers = openOffers(channel, {
    calls: { lastCall: () => last, lastGone: () => gone, hasEnded: () => ended },
    now: () => clock.now,
    later: clock.later,
    signal: new AbortController().signal,
  });
  const tell = vi.fn();
  const until = new AbortController();
  offers.connect(tell, until.signal);
  return {
    ...{ clock, tell, until },
    calls: () => (last = gone = clock.now),
    refused: () => (last = clock.now),
    ends: () => (ended = true),
    offers: (again = false) => channel.dispatchEvent(new CustomEvent(OFFERS, { detail: again })),
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

it("a call that was refused explains the audio that it was made with, and none that comes after it", () => {
  const { clock, tell, offers, refused } = world();
  offers();
  clock.turn(AFTER_MS - 1);
  refused();
  clock.turn(1);
  expect(tell).not.toHaveBeenCalled();
  clock.turn(1);
  offers();
  clock.turn(AFTER_MS);
  expect(tell).toHaveBeenCalledOnce();
});

it("a connection's later offers are its call's, until the call that went last has ended", () => {
  const { clock, tell, offers, calls, ends } = world();
  calls();
  clock.turn(BEFORE_MS + 1);
  offers(true);
  clock.turn(AFTER_MS);
  expect(tell).not.toHaveBeenCalled();
  ends();
  offers(true);
  clock.turn(AFTER_MS);
  expect(tell).toHaveBeenCalledOnce();
});

it("nobody is told once the site is turned off", () => {
  const { clock, tell, until, offers } = world();
  offers();
  until.abort();
  clock.turn(AFTER_MS);
  expect(tell).not.toHaveBeenCalled();
});
