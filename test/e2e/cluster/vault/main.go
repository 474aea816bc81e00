// HashiCorp Vault as its own module has it, without the web interface. Newer releases do not compile against the sdk that
// is published (docs/testing.md): this one does.
package main

import (
	"os"

	"github.com/hashicorp/vault/command"
)

func main() {
	os.Exit(command.Run(os.Args[1:]))
}
