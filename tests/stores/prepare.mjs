// Makes the container and the bucket of the tests; clients of stores do not make them.
// Arguments: address of the Azure emulator, its account, its key, address of the S3 emulator, name.
import { createHmac } from "node:crypto";

const [azure, account, key, s3, name] = process.argv.slice(2);

const headers = { "x-ms-date": new Date().toUTCString(), "x-ms-version": "2021-12-02" };
const listed = Object.entries(headers).map(([header, value]) => `${header}:${value}\n`);
const resource = `/${account}/${account}/${name}\nrestype:container`;
const signed = `PUT${"\n".repeat(12)}${listed.join("")}${resource}`;
const signature = createHmac("sha256", Buffer.from(key, "base64")).update(signed).digest("base64");
headers.authorization = `SharedKey ${account}:${signature}`;

for (const [address, options] of [
  [`${azure}/${account}/${name}?restype=container`, { method: "PUT", headers }],
  [`${s3}/${name}`, { method: "PUT" }],
]) {
  const response = await fetch(address, options);
  if (!response.ok) {
    throw new Error(`${address}: ${response.status} ${await response.text()}`);
  }
}
