/** A drawing of Chrome's toolbar and of the popup under its button, in the page's own colours. */
import { BrandIcon } from "../ui/icons.tsx";
import { ui, welcome } from "../ui/our-pages.ts";

export const Picture = () => (
  <div className="picture" role="img" aria-label={welcome.site.picture}>
    <div className="bar" aria-hidden="true">
      <span className="address">{welcome.site.pictured}</span>
      <span className="pressed">
        <BrandIcon size={18} />
      </span>
      <svg className="icon" viewBox="0 0 16 16" width="16" height="16">
        <path
          d="M6.2 3.6a1.5 1.5 0 0 1 3 0v.6h2.6v2.6h.6a1.5 1.5 0 0 1 0 3h-.6v3.4H3.4V9.9h.5a1.5 1.5 0 0 0 0-3h-.5V4.2h2.8Z"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.3"
          strokeLinejoin="round"
        />
      </svg>
    </div>
    <div className="window" aria-hidden="true">
      <div className="row">
        <BrandIcon size={14} />
        <strong>{ui.name}</strong>
      </div>
      <div className="row line">
        <span className="grow">{welcome.site.pictured}</span>
        <span className="track" />
      </div>
    </div>
  </div>
);
