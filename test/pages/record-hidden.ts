/** What of a record a person does not see, by whatever hides it, and what only looks so, in the shape of record-layouts.ts. */
import type { Layout } from "./record-layouts.ts";

export const hidden: readonly Layout[] = [
  [
    "cut off by its card",
    `<div class=card style="height:60px;overflow:hidden"><b>K</b><p>0171 3920100</p><p style="margin-top:200px">Germany</p></div>`,
    { "0171 3920100": null },
  ],
  [
    "cut off far above",
    `<div class=card style="height:60px;overflow:hidden"><b>K</b><p>0171 3920101</p><div><div><div><div><div><div><div><div><p style="margin-top:200px">Germany</p></div></div></div></div></div></div></div></div></div>`,
    { "0171 3920101": null },
  ],
  [
    "cut off beside its card",
    `<div class=card style="width:300px;overflow-x:clip"><b>K</b><p>0171 3920102</p><p style="position:relative;left:3000px">Germany</p></div>`,
    { "0171 3920102": null },
  ],
  [
    "cut off by paint containment",
    `<div class=card style="height:60px;contain:paint"><b>K</b><p>0171 3920103</p><p style="margin-top:200px">Germany</p></div>`,
    { "0171 3920103": null },
  ],
  [
    "placed by what cuts it off",
    `<div class=card><b>K</b><p>0171 3920104</p><div style="position:relative;height:0;overflow:hidden"><p style="position:absolute;margin:0">Germany</p></div></div>`,
    { "0171 3920104": null },
  ],
  [
    "before the beginning of what scrolls",
    `<div class=card style="overflow:auto"><b>K</b><p>0171 3920105</p><p style="margin-left:-500px;width:100px">Germany</p></div>`,
    { "0171 3920105": null },
  ],
  [
    "an inset clip-path",
    `<div class=card><b>K</b><p>0171 3920106</p><p style="clip-path:inset(100%)">Germany</p></div>`,
    { "0171 3920106": null },
  ],
  [
    "half an inset clip-path above",
    `<div class=card><b>K</b><p>0171 3920107</p><div style="clip-path:inset(0 0 50% 0)"><p>-</p><p>-</p><p>-</p><p>Germany</p></div></div>`,
    { "0171 3920107": null },
  ],
  [
    "a round clip-path",
    `<div class=card><b>K</b><p>0171 3920108</p><p style="clip-path:circle(0)">Germany</p></div>`,
    { "0171 3920108": null },
  ],
  [
    "a clip-path of points",
    `<div class=card><b>K</b><p>0171 3920109</p><p style="clip-path:polygon(0 0,0 0,0 0)">Germany</p></div>`,
    { "0171 3920109": null },
  ],
  [
    "a clip of normal size",
    `<div class=card><b>K</b><p>0171 3920110</p><p style="position:absolute;clip:rect(0,0,0,0)">Germany</p></div>`,
    { "0171 3920110": null },
  ],
  [
    "of the page's colour",
    `<div class=card><b>K</b><p>0171 3920111</p><p style="color:#fff">Germany</p></div>`,
    { "0171 3920111": null },
  ],
  [
    "of its card's colour",
    `<div class=card style="background:#1c2128;color:#1c2128"><b style='color:#fff'>K</b><p>0171 3920112</p><p>Germany</p></div>`,
    { "0171 3920112": null },
  ],
  [
    "nearly of its card's colour",
    `<div class=card style="background:oklch(1 0 0)"><b>K</b><p>0171 3920113</p><p style="color:#f4f4f4">Germany</p></div>`,
    { "0171 3920113": null },
  ],
  [
    "of no colour",
    `<div class=card><b>K</b><p>0171 3920114</p><p style="color:transparent">Germany</p></div>`,
    { "0171 3920114": null },
  ],
  [
    "filled with no colour",
    `<div class=card><b>K</b><p>0171 3920115</p><p style="-webkit-text-fill-color:rgb(0 0 0 / 2%)">Germany</p></div>`,
    { "0171 3920115": null },
  ],
  [
    "a field of its ground's colour",
    `<form><label>Phone <input type=tel value="4155550016"></label><label>Country <input style="color:#fff;background:#fff" value="United States"></label></form>`,
    { "4155550016": null },
  ],
  [
    "next to no opacity",
    `<div class=card><b>K</b><p>0171 3920117</p><p style="opacity:.04">Germany</p></div>`,
    { "0171 3920117": null },
  ],
  [
    "next to no opacity together",
    `<div class=card><b>K</b><p>0171 3920118</p><div style="opacity:.2"><div style="opacity:.2"><p>Germany</p></div></div></div>`,
    { "0171 3920118": null },
  ],
  [
    "scaled to nothing",
    `<div class=card><b>K</b><p>0171 3920119</p><p style="transform:scale(.01)">Germany</p></div>`,
    { "0171 3920119": null },
  ],
  [
    "indented out of the page",
    `<div class=card><b>K</b><p>0171 3920120</p><p style="text-indent:-9999px">Germany</p></div>`,
    { "0171 3920120": null },
  ],
  [
    "fixed above the page",
    `<div class=card><b>K</b><p>0171 3920121</p><p style="position:fixed;top:-500px">Germany</p></div>`,
    { "0171 3920121": null },
  ],
  [
    "letters of a pixel",
    `<div class=card><b>K</b><p>0171 3920122</p><p style="font-size:1px">Germany</p></div>`,
    { "0171 3920122": null },
  ],
  [
    "further down in what scrolls",
    `<div class=card style="height:60px;overflow:auto"><b>K</b><p>0171 3920123</p><p style="margin-top:200px">Germany</p></div>`,
    { "0171 3920123": "+49 171 3920123" },
  ],
  [
    "not cut off, as another element places it",
    `<div class=card style="position:relative"><b>K</b><p>0171 3920124</p><div style="height:0;overflow:hidden"><p style="position:absolute;right:0;margin:0">Germany</p></div></div>`,
    { "0171 3920124": "+49 171 3920124" },
  ],
  [
    "round corners by clip-path",
    `<div class=card><b>K</b><p>0171 3920125</p><p style="clip-path:inset(0 round 4px)">Germany</p></div>`,
    { "0171 3920125": "+49 171 3920125" },
  ],
  [
    "cut short with an ellipsis",
    `<div class=card><b>K</b><p>0171 3920126</p><p style="width:40px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap">Germany</p></div>`,
    { "0171 3920126": "+49 171 3920126" },
  ],
  [
    "grey",
    `<div class=card><b>K</b><p>0171 3920127</p><p style="color:#bbb">Germany</p></div>`,
    { "0171 3920127": "+49 171 3920127" },
  ],
  [
    "light on a dark card",
    `<div class=card style="background:#1c2128;color:#fff"><b>K</b><p>0171 3920128</p><p>Germany</p></div>`,
    { "0171 3920128": "+49 171 3920128" },
  ],
  [
    "white over a picture",
    `<div class=card style="background:linear-gradient(#225,#558)"><b>K</b><p>0171 3920129</p><p style="color:#fff">Germany</p></div>`,
    { "0171 3920129": "+49 171 3920129" },
  ],
  [
    "white with a shadow",
    `<div class=card><b>K</b><p>0171 3920130</p><p style="color:#fff;text-shadow:0 0 3px #000">Germany</p></div>`,
    { "0171 3920130": "+49 171 3920130" },
  ],
];
