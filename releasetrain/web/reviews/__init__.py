"""Reviews: what people say on a release, results of trying clients, and the page "waiting on me"."""
