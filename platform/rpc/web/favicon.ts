/** The icon of the pages, in the tab of a browser: a check mark on a rounded square. */
export const faviconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect width="32" height="32" rx="7" fill="#0f5b57"/>
  <path d="M8 16l6 6 10-12" fill="none" stroke="#fff" stroke-width="3.8" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`;

/** The same picture, 32 pixels wide, for browsers that ask for `/favicon.ico` by themselves. */
export const faviconIco = Buffer.from(
  [
    'AAABAAEAICAAAAEAIADIAAAAFgAAAIlQTkcNChoKAAAADUlIRFIAAAAgAAAAIAgDAAAARKSKxgAAAAlQTFRFAAAAD1tX////a5K0',
    'xgAAAAF0Uk5TAEDm2GYAAABtSURBVHjavZNBEsAgCANN/v/oHqxTQCBOO9Mc3T2gkjFmsGWYoIjiywB6AxDGZwEirwWSrUAhUAiG',
    '10I3JDPBHDluBWbcCUz4M8MNIjdDThS5vQVXyr/IuH+HhIeH2vnBPvywtLo4unq6vG39L1/DBBWD9m1JAAAAAElFTkSuQmCC',
  ].join(''),
  'base64',
);
