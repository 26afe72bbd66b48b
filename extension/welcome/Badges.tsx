/** A sample of each badge as it looks on a page, with its meaning and what to do. */
import { useEffect, useRef } from "react";
import type { Verdict } from "../../shared/check/api.ts";
import { sayNumber } from "../../shared/phone/phone.ts";
import { verdictOrder } from "../../shared/texts/check/verdicts.ts";
import { icon } from "../page/badge/icons.ts";
import { texts, welcome } from "../ui/our-pages.ts";

/** From the numbers that Ofcom reserves for drama. */
const SAMPLES: Record<Verdict, string> = {
  clear: "+441134960001",
  caution: "+442079460061",
  blocked: "+441614960010",
  unknown: "+441314960030",
};

export const Badges = () => (
  <>
    <p>{welcome.badges.lead}</p>
    <ul className="list badges">
      {verdictOrder.map((verdict) => (
        <li key={verdict}>
          <span className="sample" aria-hidden="true">
            <span className={verdict}>{sayNumber(SAMPLES[verdict])}</span> <Icon verdict={verdict} />
          </span>
          <span className="grow">
            <strong>{texts.verdicts[verdict]}</strong>
            <br />
            {welcome.badges.todo[verdict]}
          </span>
        </li>
      ))}
    </ul>
  </>
);

const SIZE = 16;

/** The icon as pages draw it. */
function Icon({ verdict }: { verdict: Verdict }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pixels = Math.ceil(SIZE * devicePixelRatio);
  useEffect(() => {
    canvas.current?.getContext("2d")?.drawImage(icon(verdict, SIZE, devicePixelRatio), 0, 0);
  }, [verdict]);
  return <canvas ref={canvas} width={pixels} height={pixels} style={{ width: SIZE, height: SIZE }} />;
}
