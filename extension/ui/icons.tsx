/** The four verdicts by shape and colour, as on the pages, and the other icons of our own pages. */
import type { Verdict } from "../../shared/check/api.ts";

const drawings: Record<Verdict, React.ReactNode> = {
  clear: (
    <>
      <circle cx="8" cy="8" r="7.5" fill="#2a9d57" />
      <path
        d="M4.5 8.3 7 10.8l4.7-5.3"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  blocked: (
    <>
      <circle cx="8" cy="8" r="7.5" fill="#e5383b" />
      <path d="M4.5 8h7" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
    </>
  ),
  caution: (
    <>
      <path d="M8 1.2 15.4 14a.7.7 0 0 1-.6 1H1.2a.7.7 0 0 1-.6-1Z" fill="#d97706" />
      <path d="M8 6v4" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
      <circle cx="8" cy="12.6" r="1.05" fill="#fff" />
    </>
  ),
  unknown: (
    <>
      <rect
        x="1"
        y="1"
        width="14"
        height="14"
        rx="3"
        fill="none"
        stroke="#868e99"
        strokeWidth="1.6"
        strokeDasharray="2.6 1.8"
      />
      <path
        d="M5.9 6.2a2.1 2.1 0 1 1 3.2 1.8c-.7.45-1.1.8-1.1 1.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
      <circle cx="8" cy="11.9" r="1" fill="currentColor" />
    </>
  ),
};

/** Always beside text that says the same, so it is hidden from screen readers. */
export const VerdictIcon = ({ verdict, size = 16 }: { verdict: Verdict; size?: number }) => (
  <svg className="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
    {drawings[verdict]}
  </svg>
);

export const GearIcon = () => (
  <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
    <g fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
      <path d="M3 5.5h8M15.5 5.5H17M3 10h1.5M9 10h8M3 14.5h8M15.5 14.5H17" />
      <circle cx="13.2" cy="5.5" r="2" />
      <circle cx="6.8" cy="10" r="2" />
      <circle cx="13.2" cy="14.5" r="2" />
    </g>
  </svg>
);

export const LockIcon = () => (
  <svg className="icon" viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
    <rect x="3" y="7" width="10" height="7" rx="1.6" fill="currentColor" />
    <path d="M5.2 7V5.2a2.8 2.8 0 0 1 5.6 0V7" fill="none" stroke="currentColor" strokeWidth="1.6" />
  </svg>
);

export const DeskIcon = () => (
  <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
    <g fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round">
      <rect x="2.8" y="3.2" width="14.4" height="13.6" rx="2" />
      <path d="M7.4 3.2v13.6M10.4 7.2h4M10.4 10.4h4" strokeLinecap="round" />
    </g>
  </svg>
);

export const WarningIcon = () => (
  <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    {drawings.caution}
  </svg>
);

/** The product's icon, as in the toolbar. */
export const BrandIcon = ({ size = 22 }: { size?: number }) => (
  <svg className="icon" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#1d2b4a" />
    <path d="M8.4 10.4c0 7.2 5.8 13 13 13" fill="none" stroke="#fff" strokeWidth="4.4" />
    <rect x="5.6" y="7" width="7.6" height="6" rx="1.6" fill="#fff" transform="rotate(-8 9.4 10)" />
    <rect x="18.6" y="18.8" width="6" height="7.6" rx="1.6" fill="#fff" transform="rotate(8 21.6 22.6)" />
    <circle cx="22.4" cy="9.6" r="6.4" fill="#2a9d57" />
    <path
      d="m19.4 9.8 2.2 2.2 4-4.4"
      fill="none"
      stroke="#fff"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
