"use strict";
// Tells the page around the frame how high the chart is, now and whenever its width changes.
new ResizeObserver(() => parent.postMessage({ exposureHeight: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*")).observe(document.documentElement);
