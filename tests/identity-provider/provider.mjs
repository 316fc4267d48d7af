// An OpenID Connect provider set as ProConnect is: `node provider.mjs PORT CLIENT SECRET SITE`.
// Whoever signs in as « anne » is told as anne@exemple.fr; no password is checked.
import { Provider } from "oidc-provider";

const [port, client, secret, site] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      redirect_uris: [`${site}/connexion/externe/retour`],
      post_logout_redirect_uris: [`${site}/deconnexion/externe/retour`],
      token_endpoint_auth_method: "client_secret_post",
      id_token_signed_response_alg: "RS256",
      userinfo_signed_response_alg: "RS256",
    },
  ],
  claims: {
    openid: ["sub"],
    email: ["email"],
    given_name: ["given_name"],
    usual_name: ["usual_name"],
    siret: ["siret"],
  },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@exemple.fr`,
      given_name: "Anne",
      usual_name: "Le Goff",
      siret: "21220113600014",
    }),
  }),
  features: { jwtUserinfo: { enabled: true }, devInteractions: { enabled: true } },
  pkce: { required: () => true },
  cookies: { keys: ["a key of these tests"] },
});

provider.listen(Number(port), "127.0.0.1");
