// The script of the pixel, and what an operator pastes into a page. First party: it loads nothing and asks nobody else.

export interface PixelScript {
  /** Address of the gif, absolute. */
  readonly gif: string;
  /** Parameters of the landing page's address that may carry the click id, in order. */
  readonly clickParams: readonly string[];
  /** How long a click id is remembered. */
  readonly keepDays: number;
}

/** The pixel as a 1x1 transparent gif. */
export const PIXEL_GIF_BASE64 = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/**
 * Remembers the click id of the landing page in a first-party cookie and in local storage, and tells events with it.
 * `plumbline.track(kind, fields)`; or `data-event` and further `data-` attributes on the script element, told once on load.
 */
export function pixelScript({ gif, clickParams, keepDays }: PixelScript): string {
  const given = JSON.stringify({ u: gif, p: clickParams, d: keepDays }).replaceAll('<', '\\u003c');
  return `(function(w,d,c){
var K='plb_click',s=d.currentScript,a=s?s.dataset:{},keep=a.storage!=='off',id='';
function read(){
var m=d.cookie.match(/(?:^|; )plb_click=([^;]*)/);
if(m)return decodeURIComponent(m[1]);
try{var v=JSON.parse(w.localStorage.getItem(K));if(v&&v.t>Date.now())return v.v}catch(e){}
return''}
function write(v){
if(!keep)return;
d.cookie=K+'='+encodeURIComponent(v)+'; Max-Age='+c.d*86400+'; Path=/; SameSite=Lax'+(w.location.protocol==='https:'?'; Secure':'');
try{w.localStorage.setItem(K,JSON.stringify({v:v,t:Date.now()+c.d*864e5}))}catch(e){}}
var q=new URLSearchParams(w.location.search);
for(var i=0;i<c.p.length&&!id;i++)id=(q.get(c.p[i])||'').slice(0,200);
if(id)write(id);else if(keep)id=read();
function track(kind,fields){
var b=new URLSearchParams();
b.set('event',kind);
if(id)b.set('click_id',id);
for(var k in fields||{})if(fields[k]!=null)b.set(k,String(fields[k]));
var sent=false;
try{sent=!!w.navigator.sendBeacon&&w.navigator.sendBeacon(c.u,b)}catch(e){}
if(!sent)new Image().src=c.u+'?'+b}
w.plumbline={track:track,clickId:function(){return id}};
if(a.event){var f={};for(var n in a)if(n!=='event'&&n!=='storage')f[n.replace(/[A-Z]/g,function(x){return'_'+x.toLowerCase()})]=a[n];track(a.event,f)}
})(window,document,${given});
`;
}

/** What to paste, and what a page with a content security policy must allow. */
export interface PixelSnippet {
  readonly script: string;
  readonly event: string;
  readonly image: string;
  readonly policy: string;
}

/** The snippet of one feed. `base` without a slash at its end, such as https://track.example. */
export function pixelSnippet(base: string, address: string, kind: string): PixelSnippet {
  return {
    script: `<script src="${base}/px/${address}.js" async></script>`,
    event: `<script src="${base}/px/${address}.js" data-event="${kind}" data-customer-id="CUSTOMER_ID"></script>`,
    image: `<img src="${base}/px/${address}.gif?event=${kind}&amp;customer_id=CUSTOMER_ID&amp;click_id=CLICK_ID" width="1" height="1" alt="" referrerpolicy="origin">`,
    policy: `script-src ${base}; connect-src ${base}; img-src ${base}`,
  };
}
