/**
 * What a box runs to see whether hosts can be reached: TCP, then TLS with the certificate checked, through
 * HTTPS_PROXY where NO_PROXY does not except the host. All at once, each within 4 s. Nothing is sent over them.
 * Every line is `@egress <host> <outcome>`, the outcome `ok`, `timeout`, or a stage (`dns`, `connect`, `proxy`,
 * `tls`) with the reason. Any Node from 12 on runs it.
 * Its sockets end with the process: Node 20.20 was seen to crash when TLS over a socket is destroyed with it.
 */
export const NODE_PROBE = String.raw`
const net = require("net"), tls = require("tls");
const [port, ...hosts] = process.argv.slice(1);
const variable = (name) => process.env[name.toLowerCase()] || process.env[name] || "";
const excepted = (host) => variable("NO_PROXY").split(/[\s,]+/).filter(Boolean)
  .some((entry) => entry === "*" || ("." + host).endsWith("." + entry.replace(/^\*?\./, "").replace(/:\d+$/, "")));
function proxyFor(host) {
  const text = variable("HTTPS_PROXY");
  return text && !excepted(host) ? new URL(/:\/\//.test(text) ? text : "http://" + text) : undefined;
}
function attempt(begin, limit) {
  return new Promise((resolve) => {
    const end = resolve;
    setTimeout(end, limit, "timeout");
    const keep = (socket, stage) => socket.on("error", (error) => {
      const code = error.code || "error";
      end((/ENOTFOUND|EAI_/.test(code) && stage !== "proxy" ? "dns" : stage) + " " + code);
    });
    try { begin(keep, end); } catch (error) { end("connect " + (error.code || "error")); }
  });
}
const reach = (host) => attempt((keep, end) => {
  const secure = (socket) => { keep(tls.connect({ socket, servername: host }, () => end("ok")), "tls"); };
  const proxy = proxyFor(host);
  if (!proxy) {
    const socket = keep(net.connect(443, host), "connect");
    socket.once("connect", () => secure(socket));
    return;
  }
  const toProxy = { host: proxy.hostname.replace(/^\[|\]$/g, ""), port: Number(proxy.port || (proxy.protocol === "https:" ? 443 : 80)) };
  const socket = keep(proxy.protocol === "https:" ? tls.connect({ ...toProxy, servername: toProxy.host }) : net.connect(toProxy), "proxy");
  const user = decodeURIComponent(proxy.username) + ":" + decodeURIComponent(proxy.password);
  const login = proxy.username ? "Proxy-Authorization: Basic " + Buffer.from(user).toString("base64") + "\r\n" : "";
  socket.once(proxy.protocol === "https:" ? "secureConnect" : "connect", () =>
    socket.write("CONNECT " + host + ":443 HTTP/1.1\r\nHost: " + host + ":443\r\n" + login + "\r\n"));
  let heard = "";
  socket.on("end", () => end("proxy closed"));
  socket.on("data", function listen(chunk) {
    heard += chunk.toString("latin1");
    if (!heard.includes("\r\n\r\n")) { if (heard.length > 16384) end("proxy answer"); return; }
    socket.removeListener("data", listen);
    const status = (/^HTTP\/1\.\d (\d{3})/.exec(heard) || [])[1];
    if (status === "200") secure(socket);
    else end("proxy " + (status || "answer"));
  });
}, 4000);
const gateway = () => attempt((keep, end) => {
  keep(net.connect(Number(port), "127.0.0.1"), "connect").once("connect", () => end("ok"));
}, 2000);
Promise.all([
  ...hosts.map((host) => reach(host).then((outcome) => console.log("\n@egress " + host + " " + outcome))),
  gateway().then((outcome) => console.log("\n@gateway.port " + port + " " + outcome)),
]).then(() => process.exit());
`;

/**
 * The same where there is no Node: with curl, which knows proxies itself, or with openssl. A shell function
 * `reach_without_node <gateway's port> <host> …`.
 */
export const SHELL_PROBE = `
reach_with_curl() {
  curl -sI -o /dev/null --connect-timeout 4 -m 5 "https://$1/" 2>/dev/null
  code=$?
  if [ $code = 60 ] && [ -r "$NODE_EXTRA_CA_CERTS" ]; then
    curl -sI -o /dev/null --connect-timeout 4 -m 5 --cacert "$NODE_EXTRA_CA_CERTS" "https://$1/" 2>/dev/null
    code=$?
  fi
  case $code in
    0|8|52) outcome=ok ;; 5) outcome='proxy ENOTFOUND' ;; 6) outcome='dns ENOTFOUND' ;; 28) outcome=timeout ;;
    35|60) outcome="tls curl-$code" ;; 56|97) outcome="proxy curl-$code" ;; *) outcome="connect curl-$code" ;;
  esac
  say egress "$1 $outcome"
}
reach_with_openssl() {
  proxy=$(printf '%s' "$https_proxy$HTTPS_PROXY" | sed 's#^http://##; s#/*$##')
  case $proxy in *@*|*://*) return ;; esac
  if limited 5 openssl s_client -connect "$1:443" -servername "$1" -verify_return_error $(test -n "$proxy" && echo "-proxy $proxy") </dev/null >/dev/null 2>&1
  then say egress "$1 ok"; else say egress "$1 connect openssl"; fi
}
reach_without_node() {
  port=$1; shift
  if command -v curl >/dev/null 2>&1; then
    for host in "$@"; do reach_with_curl "$host" & done
    curl -s -o /dev/null --noproxy '*' -m 2 "http://127.0.0.1:$port/" 2>/dev/null
    case $? in 7) say gateway.port "$port connect ECONNREFUSED" ;; 28) say gateway.port "$port timeout" ;; *) say gateway.port "$port ok" ;; esac
  elif command -v openssl >/dev/null 2>&1; then
    for host in "$@"; do reach_with_openssl "$host" & done
  fi
  wait
}
`;
